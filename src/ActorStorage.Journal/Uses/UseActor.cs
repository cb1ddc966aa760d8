// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Disk;
using ActorStorage.Journal.Events;
using ActorStorage.Watching;
using Akka.Actor;

namespace ActorStorage.Journal.Uses;

/// <summary>
/// Owns what the journal knows of the use and the origin of layers and images. The stores note both in memory; this one
/// takes what is new from time to time and stores it as one batch, so that a mount costs no transaction.
/// </summary>
internal sealed class UseActor(StorageClient client, JournalLink link, JournalSettings settings, TimeProvider time)
    : StoringActor<UseEvent>(settings.UsesId, settings)
{
    /*
     *   Recovering --RecoveryCompleted--> what is stored goes into the memory of the stores
     *                                     --StoreListed--> what is gone is forgotten
     *   UseTick --what is new--> stored
     *   The database fails --> what was taken goes back, JournalFailed to the parent, stop
     */

    // An event stays some tens of KiB.
    private const int UsesMax = 250;
    private readonly UseState _state = new();
    private readonly List<UseBatch> _taken = [];

    public static Props Props(
        StorageClient client, JournalLink link, JournalSettings settings, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new UseActor(client, link, settings, time))
            .WithDispatcher(JournalPlugins.ActorDispatcher);

    protected override void Apply(UseEvent step) => _state.Apply(step);

    protected override object ToSnapshot() => _state.ToSnapshot();

    protected override void Restore(object snapshot) => _state.Restore((UseSnapshot)snapshot);

    protected override ImmutableHashSet<string> TagsOf(UseEvent step) => Tags.Use;

    protected override void OnRecovered()
    {
        link.Uses.Learn(_state.Uses);
        Timers.StartPeriodicTimer(nameof(UseTick), UseTick.Instance, Settings.UseInterval);
        ListStoreAsync(client, time.GetUtcNow()).PipeTo(Self);
    }

    protected override void OnRequest(object message)
    {
        switch (message)
        {
            case UseTick: OnUseTick(); break;
            case UseProtocol.GetUse get: OnGetUse(get); break;
            case ItemsGone gone: OnItemsGone(gone); break;
            case StoreListed listed: OnStoreListed(listed); break;
            case Status.Failure: break;     // the store could not be listed; the next start forgets more
            default: Unhandled(message); break;
        }
    }

    protected override void PostStop()
    {
        foreach (var batch in _taken) link.Uses.GiveBack(batch);
        base.PostStop();
    }

    private void OnUseTick()
    {
        var batch = link.Uses.TakeNew();
        if (batch.IsEmpty) return;
        _taken.Add(batch);
        foreach (var origin in batch.Origins) Store(new ItemPut(origin), () => { });
        foreach (var uses in batch.Uses.Chunk(UsesMax)) Store(new LayersUsed(uses), () => { });
        AfterStored(() => _taken.Remove(batch));
    }

    /// <summary>With what was noted a moment ago; what is told is stored.</summary>
    private void OnGetUse(UseProtocol.GetUse get)
    {
        OnUseTick();
        var use = get.Store == StoreKind.Layers ? _state.LastUseOf(LayerId.Recorded(get.Id)) : null;
        var answer = new UseProtocol.GetUseOk(_state.OriginOf(get.Store, get.Id), use);
        AfterStored(() => get.Asker.ReplyTo.Tell(answer));
    }

    private void OnItemsGone(ItemsGone gone)
    {
        _state.Forget((store, id) => store == gone.Store && gone.Ids.Contains(id), gone.At);
        if (gone.Store == StoreKind.Layers) link.Uses.Forget(gone.Ids.Select(LayerId.Recorded), gone.At);
    }

    private void OnStoreListed(StoreListed listed)
    {
        var gone = _state.Forget(
            (store, id) => !(store == StoreKind.Layers ? listed.Layers : listed.Images).Contains(id), listed.At);
        link.Uses.Forget(gone, listed.At);
    }

    private static async Task<StoreListed> ListStoreAsync(StorageClient client, DateTimeOffset at) => new(
        (await client.ListLayersAsync()).Select(layer => layer.Id.Value).ToHashSet(),
        (await client.ListImagesAsync()).Select(image => image.Id.Value).ToHashSet(),
        at);

    private sealed record UseTick : ILocalMessage
    {
        public static readonly UseTick Instance = new();
    }

    /// <param name="At">When the lists were asked for.</param>
    private sealed record StoreListed(IReadOnlySet<string> Layers, IReadOnlySet<string> Images, DateTimeOffset At)
        : ILocalMessage;
}

/// <summary>The history says that these were deleted.</summary>
internal sealed record ItemsGone(StoreKind Store, IReadOnlySet<string> Ids, DateTimeOffset At) : ILocalMessage;
