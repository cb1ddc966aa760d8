// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Node;

/// <summary>What a layer is called that is known by its contents: as containers/image calls it, so that podman finds
/// what a node has put, and a node what podman has pulled.</summary>
internal static class ChainId
{
    /// <param name="parent">In the store; null for none.</param>
    public static LayerId Of(LayerId? parent, Digest digest)
    {
        var own = digest.Value[(digest.Value.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return new LayerId(parent is { } below
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{below.Value}+{own}")))
            : own);
    }

    /// <summary>Of a layer on others that are called so too: the same for everybody who asks for the same.</summary>
    public static LayerId Of(IEnumerable<Digest> parents, Digest digest) =>
        Of(parents.Aggregate((LayerId?)null, (below, next) => Of(below, next)), digest);
}
