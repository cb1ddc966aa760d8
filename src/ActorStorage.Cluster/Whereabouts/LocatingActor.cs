// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Cluster.Whereabouts.Wire;
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>Answers one question where digests are: asks everybody who keeps one of their buckets, all at once, asks
/// again who has not answered, and waits no longer than is of use.</summary>
internal sealed class LocatingActor : UntypedActor, IWithTimers
{
    // Of the time an answer may take: so often is somebody asked whose question or answer was lost.
    private const int AskedMax = 4;
    private readonly DirectoryProtocol.FindPlaces _question;
    private readonly DirectoryProtocol.FindPlacesOk _nothing = new([], IsComplete: false);
    private readonly BucketOwners _owners;
    private readonly DirectorySettings _settings;
    private readonly TimeProvider _time;
    private readonly List<Part> _parts = [];
    private int _missing;
    private bool _isAnswered;

    public static Props Props(
        DirectoryProtocol.FindPlaces question, BucketOwners owners, DirectorySettings settings, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new LocatingActor(question, owners, settings, time));

    public LocatingActor(
        DirectoryProtocol.FindPlaces question, BucketOwners owners, DirectorySettings settings, TimeProvider time) =>
        (_question, _owners, _settings, _time) = (question, owners, settings, time);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        foreach (var group in _question.Digests.Distinct().GroupBy(digest => _owners.Of(DigestKey.Of(digest))))
        {
            foreach (var digests in group.Chunk(_settings.KeysMax))
            {
                var keys = DigestKey.Bytes([.. digests.Select(DigestKey.Of)]);
                _parts.Add(new Part(
                    digests, group.Key, new FindHolders { Part = _parts.Count, Keys = keys, View = _owners.View }));
            }
        }
        Ask();
        _missing = _parts.Count;
        var left = _question.Asker.Deadline - _time.GetUtcNow();
        if (left > _settings.AnswerMax) left = _settings.AnswerMax;
        if (_missing == 0 || left <= TimeSpan.Zero)
        {
            Answer();
            return;
        }
        Timers.StartSingleTimer(DeadlineTick.Instance, DeadlineTick.Instance, left);
        Timers.StartPeriodicTimer(AskAgainTick.Instance, AskAgainTick.Instance, _settings.AnswerMax / AskedMax);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case FindHoldersOk answer: OnFindHoldersOk(answer); break;
            case AskAgainTick: Ask(); break;
            case DeadlineTick: Answer(); break;
            default: Unhandled(message); break;
        }
    }

    protected override void PostStop()
    {
        if (!_isAnswered) _question.Asker.ReplyTo.Tell(_nothing);
    }

    private void Ask()
    {
        foreach (var part in _parts.Where(part => part.Answer is null)) part.Keeper.Ref.Tell(part.Question, Self);
    }

    private void OnFindHoldersOk(FindHoldersOk answer)
    {
        if (answer.Part < 0 || answer.Part >= _parts.Count || _parts[answer.Part].Answer is not null) return;
        _parts[answer.Part].Answer = answer;
        if (--_missing == 0) Answer();
    }

    private void Answer()
    {
        if (_isAnswered) return;
        _isAnswered = true;
        _question.Asker.ReplyTo.Tell(new DirectoryProtocol.FindPlacesOk(
            [.. _parts.SelectMany(part => part.Places)], _parts.All(part => part.Answer?.IsComplete == true)));
        Context.Stop(Self);
    }

    private sealed record Part(IReadOnlyList<Digest> Digests, BucketOwner Keeper, FindHolders Question)
    {
        public FindHoldersOk? Answer { get; set; }

        public IEnumerable<DigestPlaces> Places => Answer is null
            ? []
            : Digests.Select((digest, at) => new DigestPlaces(digest, HolderAnswer.Read(Answer, at)))
                .Where(places => places.Nodes.Count > 0);
    }

    private sealed record AskAgainTick : ILocalMessage
    {
        public static AskAgainTick Instance { get; } = new();
    }

    private sealed record DeadlineTick : ILocalMessage
    {
        public static DeadlineTick Instance { get; } = new();
    }
}
