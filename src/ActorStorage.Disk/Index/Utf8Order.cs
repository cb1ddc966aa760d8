// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Index;

/// <summary>
/// Orders text as its UTF-8 bytes are ordered, which is how the Go tools sort the keys of an object. The ordinal order
/// of this runtime puts surrogates, which stand for the highest characters, before some that are lower.
/// </summary>
internal sealed class Utf8Order : IComparer<string>
{
    internal static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null) return string.CompareOrdinal(x, y);
        var common = x.AsSpan().CommonPrefixLength(y);
        if (common == x.Length || common == y.Length) return x.Length.CompareTo(y.Length);
        var (left, right) = (x[common], y[common]);
        // Half of a pair stands for a character above all that need no pair.
        return char.IsSurrogate(left) == char.IsSurrogate(right)
            ? left.CompareTo(right)
            : char.IsSurrogate(left) ? 1 : -1;
    }
}
