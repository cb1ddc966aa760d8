// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Cluster.Whereabouts.Wire;
using ActorStorage.Disk;
using Akka.Actor;
using Akka.Event;

namespace ActorStorage.Cluster.Tests.Whereabouts;

/// <summary>One claim, its directory and its asker.</summary>
public sealed class ClaimingSpec : IAsyncLifetime
{
    private static readonly Digest Layer = DirectoryNode.Layer(1);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);
    private static readonly DirectorySettings Settings = DirectorySettings.From() with
    {
        ClaimInterval = TimeSpan.FromHours(1),
        ClaimAnswerMax = TimeSpan.FromHours(1),
    };

    private readonly ActorSystem _system = ActorSystem.Create(
        "claiming", "akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }");
    private readonly Listener _asker;

    public ClaimingSpec() => _asker = new Listener(_system);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task Should_give_up_a_fetch_that_nobody_ends()
    {
        var (directory, _) = await GrantedAsync(Settings with { FetchMax = Soon });
        Assert.False(Assert.IsType<ReleaseKey>((await directory.NextAsync<ToOwner>()).Message).IsHeld);
    }

    [Fact]
    public async Task Should_not_say_that_somebody_fetches_when_nobody_has_said_so()
    {
        Claim(Settings, DateTimeOffset.UtcNow + Soon);
        Assert.Equal(StorageErrorKind.Cancelled, (await _asker.NextAsync<Refused>()).Error.Kind);

        var directory = Claim(Settings, DateTimeOffset.UtcNow + (10 * Soon));
        await AnswerAsync(directory, ClaimState.Waiting, "b");
        Assert.Equal("b", (await _asker.NextAsync<DirectoryProtocol.FetchUnderway>()).Node);
    }

    [Fact]
    public async Task Should_tell_the_own_node_before_the_keeper_that_it_is_there()
    {
        var (directory, claim) = await GrantedAsync(Settings);
        claim.Tell(new DirectoryProtocol.EndFetch(IsHeld: true));
        Assert.Equal([Layer], (await directory.NextAsync<DirectoryProtocol.HoldingsChanged>()).Added);
        Assert.True(Assert.IsType<ReleaseKey>((await directory.NextAsync<ToOwner>()).Message).IsHeld);
    }

    [Fact]
    public async Task Should_take_the_answers_to_renewals_while_it_is_fetched()
    {
        var unhandled = new Listener(_system);
        _system.EventStream.Subscribe(unhandled.Ref, typeof(UnhandledMessage));
        var (directory, claim) = await GrantedAsync(Settings);
        claim.Tell(new ClaimKeyOk { State = ClaimState.Granted });
        claim.Tell(new DirectoryProtocol.EndFetch(IsHeld: false));
        await directory.NextAsync<ToOwner>();
        unhandled.Ref.Tell("that was all");
        Assert.Equal("that was all", await unhandled.NextAsync<string>());
    }

    private async Task<(Listener Directory, IActorRef Claim)> GrantedAsync(DirectorySettings settings)
    {
        var directory = Claim(settings, DateTimeOffset.MaxValue);
        await AnswerAsync(directory, ClaimState.Granted);
        var granted = await _asker.NextAsync<DirectoryProtocol.FetchGranted>();
        return (directory, granted.Claim);
    }

    private Listener Claim(DirectorySettings settings, DateTimeOffset deadline) => new(_system, ClaimingActor.Props(
        new DirectoryProtocol.ClaimFetch(Layer, _asker.Ref, DespiteHolders: false, new Asker(_asker.Ref, deadline)),
        "a", settings, TimeProvider.System));

    private static async Task AnswerAsync(Listener directory, ClaimState state, params string[] nodes)
    {
        var claim = Assert.IsType<ClaimKey>((await directory.NextAsync<ToOwner>()).Message);
        (await directory.Child).Tell(new ClaimKeyOk { Claim = claim.Claim, State = state, Nodes = { nodes } });
    }
}
