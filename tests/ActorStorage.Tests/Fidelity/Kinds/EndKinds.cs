// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>How archives end, and what lies behind their end.</summary>
internal static class EndKinds
{
    private static readonly byte[] Zeros = new byte[512];

    private static TarBuilder Small => new TarBuilder().Directory("d/").File("d/f", "hello").File("g", new string('g',
        600));

    private static byte[] Whole => new TarBuilder()
        .Directory("d/").Pax(("path", "d/renamed")).File("f", "hello").Extension('L', "x", "long\0").File("g", "")
        .File("h", new string('h', 600)).ToArray();

    public static ArchiveKind[] All =>
    [
        new("end: nothing at all", () => []), new("end: one byte", () => [0]),
        new("end: half a block", () => new byte[256]),
        new("end: one block", () => Zeros), new("end: two blocks", () => new byte[1024]),
        new("end: many blocks", () => new byte[10_240]), new("end: no blocks", () => Small.ToArray()),
        new("end: one block behind entries", () => [.. Small.ToArray(), .. Zeros]),
        new("end: one and a half", () => [.. Small.ToArray(), .. Zeros, .. new byte[100]]),
        new("end: half a block behind entries", () => [.. Small.ToArray(), .. new byte[100]]),
        new("end: one block and then entries", () => [.. Small.ToArray(), .. Zeros, .. new TarBuilder().File("z", "z")
            .Ended()]),
        new("end: one block and then junk", () => [.. Small.ToArray(), .. Zeros, .. Enumerable.Repeat((byte)'j', 512)]),
        new("end: zeros in front", () => [.. Zeros, .. Small.Ended()]),
        new("end: junk behind", () => [.. Small.Ended(), .. "junk"u8]),
        new("end: a lot of junk behind", () => [.. Small.Ended(), .. Enumerable.Repeat((byte)'j', 3_000_000)]),
        new("end: zeros behind", () => [.. Small.Ended(), .. new byte[100_001]]),
        new("end: another archive behind", () => [.. Small.Ended(), .. new TarBuilder().File("z", "z").Ended()]),
        new("end: another archive behind no blocks", () => [.. Small.ToArray(), .. new TarBuilder().File("z", "z")
            .Ended()]),
        new("end: junk for a header", () => [.. Small.ToArray(), .. Enumerable.Repeat((byte)'j', 1024)]),
        new("end: text", () => [.. Enumerable.Repeat((byte)'t', 2000)]),
        new("end: short text", () => "not an archive"u8.ToArray()),
        .. Enumerable.Range(1, (Whole.Length - 1) / 256).Select(at => at * 256)
            .Concat([1, 511, 513, 1535, 1537, 2053, 4095, 4097]).Distinct().Order()
            .Select(at => new ArchiveKind($"end: cut off at {at}", () => Whole[..at])),
    ];
}
