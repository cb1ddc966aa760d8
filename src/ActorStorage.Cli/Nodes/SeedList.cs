// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Nodes;

/// <summary>
/// Whom a node joins. In its first life those that were named, of whom the first may begin a cluster. Who was removed
/// comes back to everybody whom he has met: if he began a cluster the two would never find each other, so the one who
/// may begin does so only when all others are there and have none.
/// </summary>
/// <param name="named">Addresses; none for a node that begins alone.</param>
internal sealed class SeedList(IReadOnlyList<string> named)
{
    /// <summary>In a later life: as good as never, so that it asks the others until each has answered.</summary>
    public const string PatientBeginner = "akka.cluster.seed-node-timeout = 1d";

    private readonly HashSet<string> _met = [.. named];

    public void Meet(IEnumerable<string> members) => _met.UnionWith(members);

    public bool MayBegin(string self) => named.Count == 0 || named[0] == self;

    /// <returns>In the order in which they are to be joined; the node itself may be among them.</returns>
    public IReadOnlyList<string> Of(string self, bool isFirstLife)
    {
        if (isFirstLife) return named.Count > 0 ? named : [self];
        var others = _met.Where(address => address != self);
        return MayBegin(self) ? [self, .. others] : [.. others];
    }
}
