// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;
using ActorStorage.Locking;
using ActorStorage.Reaping;
using Akka.Actor;

namespace ActorStorage.Containers;

/// <summary>
/// Serves commands under containers.lock, held exclusively, with a current index. What need not be done under the lock
/// is left for afterwards.
/// </summary>
internal sealed class ContainerWriter(
    ContainerRoot root, FileLock containersLock, ReaperRef reaper, StagingArea area, StorageSettings settings)
{
    private readonly List<Trash> _trash = [];
    private readonly WrittenRecords<ContainerRecord, ContainerIndex> _written = new(root, settings);

    /// <summary>What a command writes that can share an index write; null for the others.</summary>
    public static ContainerWrite? WriteOf(ContainerProtocol.IContainerCommand command) => command switch
    {
        ContainerProtocol.CreateContainerWhileHeld create =>
            new ContainerWrite.Create(create.Container, create.Image, create.Layer),
        ContainerProtocol.DropContainerWhileHeld drop => new ContainerWrite.Delete(drop.Container),
        ContainerProtocol.ChangeContainerNames change =>
            new ContainerWrite.ChangeNames(change.Container, change.Change, change.Names),
        ContainerProtocol.SetContainerMetadata set => new ContainerWrite.SetMetadata(set.Container, set.Metadata),
        ContainerProtocol.SetContainerData set => new ContainerWrite.SetBigData(set.Container, set.Key, set.Value),
        _ => null,
    };

    /// <summary>One index write.</summary>
    public IReadOnlyList<IReply> ServeBatch(IReadOnlyList<ContainerProtocol.IContainerCommand> batch) =>
        [.. batch.Zip(Write([.. batch.Select(command => WriteOf(command)!)]), ReplyTo)];

    public IReply ServeAlone(ContainerProtocol.IContainerCommand command) => command switch
    {
        ContainerProtocol.MeasureContainerData measure => Measure(measure),
        ContainerProtocol.GetContainerDirectory get => DirectoryOf(get),
        ContainerProtocol.CollectContainers => Collect(),
        ContainerProtocol.WipeContainersWhileHeld => Wipe(),
        _ => throw new ArgumentOutOfRangeException(nameof(command), command, "not a known command"),
    };

    /// <summary>What was left for after the lock.</summary>
    /// <returns>Null, or what those are told whose writes may be lost again.</returns>
    public Refused? Settle()
    {
        foreach (var trash in _trash) reaper.Ref.Tell(new Reap(trash));
        _trash.Clear();
        return _written.Sync();
    }

    private IReadOnlyList<WriteOutcome<ContainerRecord>> Write(IReadOnlyList<ContainerWrite> writes) =>
        _written.Add(ContainerCommit.Run(root, containersLock, writes));

    private static IReply ReplyTo(ContainerProtocol.IContainerCommand command, WriteOutcome<ContainerRecord> outcome)
    {
        if (outcome.Error is { } error) return new Refused(error);
        return command switch
        {
            ContainerProtocol.CreateContainerWhileHeld => new ContainerProtocol.CreateContainerOk(outcome.Record!),
            ContainerProtocol.DropContainerWhileHeld => new ContainerProtocol.DropContainerOk(),
            ContainerProtocol.ChangeContainerNames =>
                new ContainerProtocol.ChangeContainerNamesOk(outcome.Record!.Names),
            ContainerProtocol.SetContainerMetadata => new ContainerProtocol.SetContainerMetadataOk(),
            _ => new ContainerProtocol.SetContainerDataOk(),
        };
    }

    /// <summary>Older tools recorded neither: then the item is stored once more, which fills them in.</summary>
    private ContainerProtocol.MeasureContainerDataOk Measure(ContainerProtocol.MeasureContainerData measure)
    {
        var container = Resolve(measure.Container);
        if (ContainerData.Measure(root, container, measure.Key) is { } write)
        {
            var outcome = Write([write])[0];
            container = outcome.Error is { } error ? throw new StorageException(error) : outcome.Record!;
        }
        return new ContainerProtocol.MeasureContainerDataOk(
            ContainerData.SizeBytes(container, measure.Key), ContainerData.DigestOf(container, measure.Key));
    }

    private ContainerProtocol.GetContainerDirectoryOk DirectoryOf(ContainerProtocol.GetContainerDirectory get)
    {
        var store = get.InRunRoot ? settings.Paths.ContainersRun : settings.Paths.Containers;
        var path = UserDataDirectory.Make(root.Disk, store, Resolve(get.Container).Id.Value);
        return new ContainerProtocol.GetContainerDirectoryOk(path);
    }

    private ContainerProtocol.CollectContainersOk Collect()
    {
        var (count, trash) = OrphanedData.Discard(root, area.Files);
        _trash.AddRange(trash);
        return new ContainerProtocol.CollectContainersOk(count);
    }

    private ContainerProtocol.WipeContainersOk Wipe()
    {
        ContainerWrite[] all = [.. root.Index.Containers.Select(each => new ContainerWrite.Delete(each.Id))];
        if (Write(all).FirstOrDefault(outcome => outcome.Error is not null) is { Error: { } error })
            throw new StorageException(error);
        return new ContainerProtocol.WipeContainersOk();
    }

    private ContainerRecord Resolve(string container) => root.Index.Require(container);
}
