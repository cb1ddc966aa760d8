// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Containers;

/// <summary>Answers queries from the index in memory, which is current when it is asked.</summary>
internal sealed class ContainerReader(ContainerRoot root)
{
    public IReply Answer(ContainerProtocol.IContainerQuery query) => query switch
    {
        ContainerProtocol.GetContainer get => new ContainerProtocol.GetContainerOk(Resolve(get.Container)),
        ContainerProtocol.FindContainer find =>
            new ContainerProtocol.FindContainerOk(root.Index.Resolve(find.Container)),
        ContainerProtocol.ListContainers =>
            new ContainerProtocol.ListContainersOk([.. root.Index.Containers]),
        ContainerProtocol.GetContainerData get => new ContainerProtocol.GetContainerDataOk(
            ContainerData.Get(root, Resolve(get.Container), get.Key)),
        _ => throw new ArgumentOutOfRangeException(nameof(query), query, "not a known query"),
    };

    private ContainerRecord Resolve(string container) => root.Index.Require(container);
}
