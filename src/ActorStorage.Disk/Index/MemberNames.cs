// SPDX-License-Identifier: Apache-2.0
using System.Text;

namespace ActorStorage.Disk.Index;

/// <summary>The members of one kind of record, in the order in which they are written.</summary>
internal sealed class MemberNames(params string[] names)
{
    internal const int Unknown = -1;

    private readonly byte[][] _names = [.. names.Select(Encoding.ASCII.GetBytes)];

    /// <summary>The number of the member of that name, whatever its case.</summary>
    /// <param name="expected">Where to begin to look: members mostly come in their order.</param>
    internal int Find(ReadOnlySpan<byte> name, int expected = 0)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            var candidate = (expected + i) % _names.Length;
            if (Ascii.EqualsIgnoreCase(_names[candidate], name)) return candidate;
        }
        return Unknown;
    }
}
