// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk;

/// <summary>What a write makes of the index. Pure: no file is read or written here.</summary>
public static class ContainerDecision
{
    /// <param name="index">The index, with all earlier writes of the batch in it.</param>
    /// <param name="isTransient">Whether every container of the store is volatile.</param>
    /// <returns>The record afterwards, or before when it was deleted.</returns>
    /// <exception cref="StorageException">The write is refused.</exception>
    public static (ContainerIndex Index, ContainerRecord Container) Decide(
        ContainerIndex index, ContainerWrite write, Timestamp now, bool isTransient)
    {
        switch (write)
        {
            case ContainerWrite.Create create:
                var added = index.Add(Record(create, now, isTransient));
                return (added, added.Get(create.Container.Id));
            case ContainerWrite.ChangeNames change:
                var named = index.Require(change.Container);
                var renamed = index.ChangeNames(named, change.Change, change.Names);
                return (renamed, renamed.Get(named.Id));
            case ContainerWrite.SetMetadata set:
                return Replace(index, index.Require(set.Container) with { Metadata = set.Metadata });
            case ContainerWrite.SetBigData set:
                RefuseNameless(set.Key);
                var container = index.Require(set.Container);
                var items = container.BigData.With(set.Key, set.Value.Span);
                return ReferenceEquals(items, container.BigData)
                    ? (index, container)
                    : Replace(index, container with { BigData = items });
            case ContainerWrite.Delete delete:
                return (index.Remove(delete.Container), index.Get(delete.Container));
            default:
                throw new ArgumentOutOfRangeException(nameof(write), write, "not a known write");
        }
    }

    private static ContainerRecord Record(ContainerWrite.Create create, Timestamp now, bool isTransient)
    {
        var container = create.Container;
        if (container.Id.CreationFault is { } fault)
        {
            throw new StorageException(
                StorageErrorKind.Invalid, $"container id {Quoted.Text(container.Id.Value)} {fault}");
        }
        foreach (var item in container.BigData) RefuseNameless(item.Key);
        var isVolatile = container.Volatile || isTransient;
        return new ContainerRecord
        {
            Id = container.Id,
            Names = container.Names,
            Image = create.Image,
            Layer = create.Layer,
            Metadata = container.Metadata,
            BigData = container.BigData.Aggregate(
                BigDataItems.Empty, (items, item) => items.With(item.Key, item.Value.Span)),
            Created = now,
            IdMaps = container.Maps.Resolve(IdMaps.None),
            Flags = FlagsOf(container, isVolatile),
            Document = isVolatile ? DocumentKind.Volatile : DocumentKind.Stable,
        };
    }

    private static RecordFlags FlagsOf(NewContainer container, bool isVolatile)
    {
        var flags = container.Flags
            .With(RecordFlags.MountLabel, container.MountLabel)
            .With(RecordFlags.ProcessLabel, container.ProcessLabel);
        if (isVolatile) flags = flags.With(RecordFlags.Volatile, true);
        return container.MountOptions.IsDefaultOrEmpty
            ? flags
            : flags.With(RecordFlags.MountOptions, container.MountOptions);
    }

    private static (ContainerIndex Index, ContainerRecord Container) Replace(
        ContainerIndex index, ContainerRecord container) => (index.Replace(container), container);

    private static void RefuseNameless(string key)
    {
        if (key.Length > 0) return;
        throw new StorageException(
            StorageErrorKind.Invalid,
            "can't set empty name for container big data item: not a valid name for a big data item");
    }
}
