// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cluster.Whereabouts.Wire;
using Google.Protobuf;

namespace ActorStorage.Cluster.Whereabouts;

/// <summary>Who has each of many digests, as it is written and read: one bit for each of them and each node. A thousand
/// digests on a hundred nodes are 13 kB.</summary>
internal static class HolderAnswer
{
    // Beside names and places.
    private const int OtherSizeMax = 32;
    // What stands before a name.
    private const int LengthSizeMax = 6;

    /// <param name="holders">Of each key, in the order of the question.</param>
    /// <param name="sizeMax">Of the message, in bytes, half of them for names of nodes: nodes for which there is no
    /// room are left out.</param>
    /// <returns>With part and completeness still to be set; the latter is false when something was left out.</returns>
    public static FindHoldersOk Write(IReadOnlyList<ushort[]> holders, NodeNumbers numbers, int sizeMax)
    {
        var half = Math.Max(0, sizeMax - OtherSizeMax) / 2;
        var nodesMax = holders.Count == 0 ? 0 : 8 * (half / holders.Count);
        var (bits, namesSize, isComplete) = (new Dictionary<ushort, int>(), 0, true);
        foreach (var node in holders.SelectMany(each => each).Distinct())
        {
            namesSize += LengthSizeMax + Encoding.UTF8.GetByteCount(numbers.AddressOf(node));
            isComplete = bits.Count < nodesMax && namesSize <= half;
            if (!isComplete) break;
            bits.Add(node, bits.Count);
        }
        var width = Width(bits.Count);
        var places = new byte[holders.Count * width];
        for (var key = 0; key < holders.Count; key++)
        {
            foreach (var node in holders[key])
            {
                if (bits.TryGetValue(node, out var bit)) places[(key * width) + (bit / 8)] |= (byte)(1 << (bit % 8));
            }
        }
        var answer = new FindHoldersOk
        {
            Places = UnsafeByteOperations.UnsafeWrap(places),
            IsComplete = isComplete,
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
