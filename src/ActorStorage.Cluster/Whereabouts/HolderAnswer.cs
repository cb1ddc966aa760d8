// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Whereabouts.Wire;
using Google.Protobuf;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>Who has each of many digests, as it is written and read: one bit for each of them and each node. A thousand
/// digests on a hundred nodes are 13 kB.</summary>
internal static class HolderAnswer
{
    // What nobody needs is left out, so that a message is never too long to be sent.
    private const int PlacesSizeMax = 64 * 1024;
    private const int NodesMax = 512;

    /// <param name="holders">Of each key, in the order of the question.</param>
    /// <returns>With part and completeness still to be set; the latter is false when something was left out.</returns>
    public static FindHoldersOk Write(IReadOnlyList<ushort[]> holders, NodeNumbers numbers)
    {
        var bits = new Dictionary<ushort, int>();
        foreach (var node in holders.SelectMany(each => each))
        {
            if (bits.Count < NodesMax) bits.TryAdd(node, bits.Count);
        }
        var width = Width(bits.Count);
        var known = width == 0 ? holders.Count : Math.Min(holders.Count, PlacesSizeMax / width);
        var places = new byte[known * width];
        for (var key = 0; key < known; key++)
        {
            foreach (var node in holders[key])
            {
                if (bits.TryGetValue(node, out var bit)) places[(key * width) + (bit / 8)] |= (byte)(1 << (bit % 8));
            }
        }
        var answer = new FindHoldersOk
        {
            Places = UnsafeByteOperations.UnsafeWrap(places),
            IsComplete = known == holders.Count && bits.Count < NodesMax,
        };
        answer.Nodes.AddRange(bits.Keys.Select(numbers.AddressOf));
        return answer;
    }

    /// <returns>The nodes that have the key of that number in the question.</returns>
    public static IReadOnlyList<string> Read(FindHoldersOk answer, int key)
    {
        var width = Width(answer.Nodes.Count);
        var places = answer.Places.Span;
        if ((key + 1) * width > places.Length) return [];
        var nodes = new List<string>();
        for (var bit = 0; bit < answer.Nodes.Count; bit++)
        {
            if ((places[(key * width) + (bit / 8)] & (1 << (bit % 8))) != 0) nodes.Add(answer.Nodes[bit]);
        }
        return nodes;
    }

    private static int Width(int nodes) => (nodes + 7) / 8;
}
