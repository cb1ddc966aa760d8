// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cluster.Whereabouts;

/// <summary>Short numbers for the nodes that one has heard of: in a million sets two bytes instead of an
/// address.</summary>
internal sealed class NodeNumbers
{
    private readonly Dictionary<string, ushort> _numbers = new(StringComparer.Ordinal);
    private readonly List<string?> _addresses = [];
    private readonly List<ushort[]> _alone = [];
    private readonly Stack<ushort> _free = [];

    public string AddressOf(ushort node) =>
        _addresses[node] ?? throw new ArgumentOutOfRangeException(nameof(node), node, "it was freed");

    /// <summary>The set of this one node, which is shared: most layers are on one.</summary>
    public ushort[] Alone(ushort node) => _alone[node];

    public ushort? Find(string address) => _numbers.TryGetValue(address, out var node) ? node : null;

    public ushort Of(string address)
    {
        if (_numbers.TryGetValue(address, out var known)) return known;
        if (!_free.TryPop(out var node))
        {
            node = checked((ushort)_addresses.Count);
            _addresses.Add(null);
            _alone.Add([node]);
        }
        _addresses[node] = address;
        _numbers.Add(address, node);
        return node;
    }

    /// <summary>The numbers of all others may be given to new nodes.</summary>
    public void KeepOnly(IReadOnlySet<ushort> used)
    {
        foreach (var (address, node) in _numbers.Where(each => !used.Contains(each.Value)).ToList())
        {
            _numbers.Remove(address);
            _addresses[node] = null;
            _free.Push(node);
        }
    }
}
