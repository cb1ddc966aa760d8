// SPDX-License-Identifier: Apache-2.0
using Mono.Unix;

namespace ActorStorage.Disk.Unix;

/// <summary>Orders names and paths as their bytes on disk are ordered, those that are not UTF-8 included.</summary>
internal sealed class NameOrder : IComparer<string>
{
    internal static NameOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null) return string.CompareOrdinal(x, y);
        var common = x.AsSpan().CommonPrefixLength(y);
        if (common == x.Length || common == y.Length) return x.Length.CompareTo(y.Length);
        return char.IsAscii(x[common]) && char.IsAscii(y[common]) && x[common] != '\0' && y[common] != '\0'
            ? x[common].CompareTo(y[common])
            : UnixEncoding.Instance.GetBytes(x).AsSpan().SequenceCompareTo(UnixEncoding.Instance.GetBytes(y));
    }
}
