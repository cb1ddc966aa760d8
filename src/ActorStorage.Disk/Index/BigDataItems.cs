// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace ActorStorage.Disk.Index;

/// <summary>
/// What an image's or a container's record says about its big data: the keys in order of first use, and for each the
/// size and the digest as far as somebody recorded them. An immutable value.
/// </summary>
public sealed class BigDataItems
{
    /// <summary>Keys that begin so hold manifests: an image is found by their digests.</summary>
    public const string ManifestPrefix = "manifest";

    private BigDataItems(
        ImmutableArray<string> names,
        ImmutableSortedDictionary<string, long> sizes,
        ImmutableSortedDictionary<string, string> digests) => (Names, Sizes, Digests) = (names, sizes, digests);

    public static BigDataItems Empty { get; } = new(
        [],
        ImmutableSortedDictionary.Create<string, long>(Utf8Order.Instance),
        ImmutableSortedDictionary.Create<string, string>(Utf8Order.Instance));

    public ImmutableArray<string> Names { get; }

    /// <summary>What all recorded sizes come to; the largest number there is when they come to more.</summary>
    public long SizeBytes => (long)Int128.Clamp(
        Sizes.Values.Aggregate(Int128.Zero, (sum, size) => sum + size), long.MinValue, long.MaxValue);

    internal ImmutableSortedDictionary<string, long> Sizes { get; }

    /// <summary>The text as it was recorded; usually a digest.</summary>
    internal ImmutableSortedDictionary<string, string> Digests { get; }

    internal IEnumerable<Digest> ManifestDigests =>
        Digests.Keys.Where(IsManifest).Select(DigestOf).OfType<Digest>();

    /// <summary>Null when no size was recorded.</summary>
    public long? SizeOf(string key) => Sizes.TryGetValue(key, out var size) ? size : null;

    /// <summary>Null when none was recorded, or something that is no digest.</summary>
    public Digest? DigestOf(string key) =>
        Digests.TryGetValue(key, out var text) && Digest.Fault(text) is null ? new Digest(text) : null;

    /// <param name="manifestDigest">
    /// What is recorded for a manifest, whose digest leaves out its signatures. For any other item it is that of the
    /// bytes, whatever is said here.
    /// </param>
    public BigDataItems With(string key, ReadOnlySpan<byte> value, Digest? manifestDigest = null)
    {
        var digest = IsManifest(key) && manifestDigest is { } given ? given : Digest.Sha256(SHA256.HashData(value));
        var names = Names.Contains(key, StringComparer.Ordinal) ? Names : Names.Add(key);
        var (sizes, digests) = (Sizes.SetItem(key, value.Length), Digests.SetItem(key, digest.Value));
        return names == Names && ReferenceEquals(sizes, Sizes) && ReferenceEquals(digests, Digests)
            ? this
            : new BigDataItems(names, sizes, digests);
    }

    /// <summary>Whether these bytes can be what was recorded; also when nothing was.</summary>
    /// <remarks>The digest of a manifest may be that of a part of it, so only its length tells.</remarks>
    internal bool CanBe(string key, ReadOnlySpan<byte> value) =>
        (SizeOf(key) is not { } size || size == value.Length)
        && (IsManifest(key) || DigestOf(key) is not { } digest || digest == Digest.Sha256(SHA256.HashData(value)));

    internal static bool IsManifest(string key) => key.StartsWith(ManifestPrefix, StringComparison.Ordinal);

    internal BigDataItems WithNames(ImmutableArray<string> names) => new(names, Sizes, Digests);

    internal BigDataItems WithSizes(ImmutableSortedDictionary<string, long> sizes) => new(Names, sizes, Digests);

    internal BigDataItems WithDigests(ImmutableSortedDictionary<string, string> digests) => new(Names, Sizes, digests);
}
