// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage.TestKit.Tests.Scripts;

/// <summary>Answers like a node that has nothing, and does not answer everything.</summary>
internal sealed class CannedNode : UntypedActor
{
    private static readonly CollectedLayer[] Collected =
        [new(new LayerId("one"), 5_000_000_000), new(new LayerId("two"), 1)];

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case NodeProtocol.FindMissing find: Sender.Tell(new NodeProtocol.FindMissingOk(find.Digests)); break;
            case NodeProtocol.AcquireLease acquire:
                Sender.Tell(new NodeProtocol.AcquireLeaseOk($"{acquire.Lease.Name}-1", acquire.Digests));
                break;
            case NodeProtocol.RenewLease renew: Sender.Tell(Renewed(renew)); break;
            case NodeProtocol.Collect collect:
                Sender.Tell(new NodeProtocol.CollectOk(collect.TargetBytes, 2, Collected));
                break;
            default: break;
        }
    }

    private static INodeReply Renewed(NodeProtocol.RenewLease renew) => renew.Lease.Name == "build-1"
        ? new NodeProtocol.RenewLeaseOk(renew.Lease.Name)
        : new NodeProtocol.RequestRefused(new StorageError(StorageErrorKind.NotFound, "no such lease"));
}
