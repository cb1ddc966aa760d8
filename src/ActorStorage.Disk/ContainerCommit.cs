// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>
/// A batch of writes in one hold of containers.lock: a <see cref="RecordBatch{TRecord, TIndex}"/>. Data of containers
/// is prepared beside its place and renamed before the index names it; the directories of deleted containers, in the
/// graph root and in the run root, are removed after the index has forgotten them.
/// </summary>
public static class ContainerCommit
{
    /// <summary>Under containers.lock, held exclusively, with a current index.</summary>
    /// <returns>One outcome for each write, in their order.</returns>
    public static IReadOnlyList<WriteOutcome<ContainerRecord>> Run(
        ContainerRoot root, FileLock containersLock, IReadOnlyList<ContainerWrite> writes)
    {
        var now = Timestamp.Now(root.Time);
        return RecordBatch<ContainerRecord, ContainerIndex>.RunApart(
            root, containersLock, writes, write => write is ContainerWrite.Delete,
            (index, write) => Decide(root, index, write, now));
    }

    private static DecidedWrite<ContainerRecord, ContainerIndex> Decide(
        ContainerRoot root, ContainerIndex index, ContainerWrite write, Timestamp now)
    {
        var (next, container) = ContainerDecision.Decide(index, write, now, root.IsTransient);
        var id = container.Id.Value;
        RecordEffect? effect = write switch
        {
            ContainerWrite.Create { Container.BigData: { IsDefaultOrEmpty: false } items } =>
                new BigDataEffect(root.Disk, root.Directory, id, items),
            ContainerWrite.SetBigData set =>
                new BigDataEffect(root.Disk, root.Directory, id, new NewBigData(set.Key, set.Value)),
            ContainerWrite.Delete => new RemovalEffect(root.Disk, id, root.Directory, root.RunDirectory),
            _ => null,
        };
        return new(next, WriteOutcome.Done(container), effect);
    }
}
