// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Whereabouts.Wire;
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>One claim on a fetch: says from time to time that it stands, to whoever keeps the digest's bucket by then,
/// until it is not needed, not wanted any more, or the fetch is over.</summary>
internal sealed class ClaimingActor : UntypedActor, IWithTimers
{
    /*
     *   Waiting --Granted--> Fetching --EndFetch, the holder ended, fetch-max--> ended
     *           --nobody answers--> Fetching, unsure
     *           --Held, Busy, the deadline, the holder ended--> ended
     */
    private readonly DirectoryProtocol.ClaimFetch _request;
    private readonly string _node;
    private readonly DirectorySettings _settings;
    private readonly TimeProvider _time;
    private readonly DigestKey _key;
    private readonly string _claim = Guid.NewGuid().ToString("N");
    private string? _fetching;
    private bool _isAnswered;
    private bool _isHeld;

    public static Props Props(
        DirectoryProtocol.ClaimFetch request, string node, DirectorySettings settings, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new ClaimingActor(request, node, settings, time));

    public ClaimingActor(
        DirectoryProtocol.ClaimFetch request, string node, DirectorySettings settings, TimeProvider time)
    {
        (_request, _node, _settings, _time) = (request, node, settings, time);
        _key = DigestKey.Of(request.Digest);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Watch(_request.Holder);
        var left = _request.Asker.Deadline - _time.GetUtcNow();
        if (left > TimeSpan.FromMilliseconds(int.MaxValue)) left = TimeSpan.FromMilliseconds(int.MaxValue);
        Timers.StartSingleTimer(
            DeadlineTick.Instance, DeadlineTick.Instance, left > TimeSpan.Zero ? left : TimeSpan.Zero);
        Timers.StartPeriodicTimer(RenewTick.Instance, RenewTick.Instance, _settings.ClaimInterval);
        WaitForAnswer();
        Claim(isGranted: false);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClaimKeyOk answer: OnClaimKeyOk(answer); break;
            case RenewTick: Claim(isGranted: false); break;
            case UnansweredTick: BeginFetching(isSure: false); break;
            case DeadlineTick: OnDeadlineTick(); break;
            case Terminated: End(new Refused(new StorageError(StorageErrorKind.Cancelled, "who wanted it has ended")));
                break;
            default: Unhandled(message); break;
        }
    }

    protected override void PostStop()
    {
        Answer(new Refused(new StorageError(StorageErrorKind.Cancelled, "the node is stopping")));
        Tell(new ReleaseKey { Claim = _claim, Node = _node, Key = _key.Bytes(), IsHeld = _isHeld });
    }

    private void Fetching(object message)
    {
        switch (message)
        {
            case RenewTick: Claim(isGranted: true); break;
            // The answer to that. Whoever fetches besides, the fetch runs.
            case ClaimKeyOk: break;
            case DirectoryProtocol.EndFetch over: OnEndFetch(over); break;
            case FetchMaxTick or Terminated: Context.Stop(Self); break;
            default: Unhandled(message); break;
        }
    }

    private void OnClaimKeyOk(ClaimKeyOk answer)
    {
        switch (answer.State)
        {
            case ClaimState.Granted: BeginFetching(isSure: true); break;
            case ClaimState.Held: End(new DirectoryProtocol.FetchNotNeeded([.. answer.Nodes])); break;
            case ClaimState.Busy:
                End(new Refused(new StorageError(StorageErrorKind.Busy, "too many layers are being fetched")));
                break;
            default:
                _fetching = answer.Nodes.FirstOrDefault("");
                WaitForAnswer();
                break;
        }
    }

    private void OnDeadlineTick() => End(_fetching is null
        ? new Refused(new StorageError(
            StorageErrorKind.Cancelled, "nobody said before the deadline whether others fetch it"))
        : new DirectoryProtocol.FetchUnderway(_fetching));

    private void BeginFetching(bool isSure)
    {
        Timers.Cancel(DeadlineTick.Instance);
        Timers.Cancel(UnansweredTick.Instance);
        Timers.StartSingleTimer(FetchMaxTick.Instance, FetchMaxTick.Instance, _settings.FetchMax);
        Become(Fetching);
        Answer(new DirectoryProtocol.FetchGranted(Self, isSure));
    }

    private void OnEndFetch(DirectoryProtocol.EndFetch over)
    {
        _isHeld = over.IsHeld;
        // Before its keeper knows it: the next sum of what is here must have it, or the keeper forgets it again.
        if (_isHeld) Context.Parent.Tell(new DirectoryProtocol.HoldingsChanged([_request.Digest], []));
        Context.Stop(Self);
    }

    private void End(IReply reply)
    {
        Answer(reply);
        Context.Stop(Self);
    }

    private void Answer(IReply reply)
    {
        if (_isAnswered) return;
        _isAnswered = true;
        _request.Asker.ReplyTo.Tell(reply);
    }

    private void WaitForAnswer() => Timers.StartSingleTimer(
        UnansweredTick.Instance, UnansweredTick.Instance, _settings.ClaimAnswerMax);

    private void Claim(bool isGranted) => Tell(new ClaimKey
    {
        Claim = _claim,
        Node = _node,
        Key = _key.Bytes(),
        IsGranted = isGranted,
        DespiteHolders = _request.DespiteHolders,
    });

    private void Tell(IDirectoryMessage message) => Context.Parent.Tell(new ToOwner(_key, message));

    private sealed record RenewTick : ILocalMessage
    {
        public static RenewTick Instance { get; } = new();
    }

    private sealed record UnansweredTick : ILocalMessage
    {
        public static UnansweredTick Instance { get; } = new();
    }

    private sealed record FetchMaxTick : ILocalMessage
    {
        public static FetchMaxTick Instance { get; } = new();
    }

    private sealed record DeadlineTick : ILocalMessage
    {
        public static DeadlineTick Instance { get; } = new();
    }
}
