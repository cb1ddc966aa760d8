// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Archive;

namespace ActorStorage.Tests.Fidelity.Kinds;

/// <summary>Numbers in headers: octal in all its shapes, base 256, negative, too large.</summary>
internal static class NumberKinds
{
    public static ArchiveKind[] All =>
    [
        Of("blanks around", new TarFields("f") { UserId = "   17 \0", GroupId = " 7\0", Mode = "   644 " }),
        Of("no digits", new TarFields("f") { UserId = "", GroupId = "        ", ModifiedAt = "" }),
        Of("all digits", new TarFields("f") { UserId = "00000017", Mode = "00000644", ModifiedAt = "014000000000" }),
        Of("NUL in the middle", new TarFields("f") { UserId = "12\0" + "34\0" }),
        Of("blank in the middle", new TarFields("f") { UserId = "12 34\0" }),
        Of("digit that is not octal", new TarFields("f") { UserId = "0000009" }),
        Of("hexadecimal", new TarFields("f") { UserId = "0x00001" }),
        Of("minus", new TarFields("f") { UserId = "-000001" }),
        Of("plus", new TarFields("f") { UserId = "+000001" }),
        Of("owner in base 256", new TarFields("f") { UserId = Big(3_000_000_000), GroupId = Big(70_000) }),
        Of("owner that fits no id", new TarFields("f") { UserId = Big(4_294_967_296) }),
        Of("owner that is minus one", new TarFields("f") { UserId = Big(-1) }),
        Of("owner that is minus two", new TarFields("f") { GroupId = Big(-2) }),
        Of("owner beyond 32 bits", new TarFields("f") { UserId = Big(4_294_967_296 + 5) }),
        Of("time in base 256", new TarFields("f") { ModifiedAt = Time(5_000_000_000) }),
        Of("time before 1970", new TarFields("f") { ModifiedAt = Time(-1000) }),
        Of("time of zero", new TarFields("f") { ModifiedAt = "00000000000" }),
        Of("latest octal time", new TarFields("f") { ModifiedAt = "77777777777" }),
        Of("time beyond nanoseconds", new TarFields("f") { ModifiedAt = Time(9_223_372_037) }),
        Of("time of 63 bits", new TarFields("f") { ModifiedAt = Time(long.MaxValue) }),
        Of("first time of all", new TarFields("f") { ModifiedAt = Time(long.MinValue) }),
        Of("time of 64 bits", new TarFields("f") { ModifiedAt = Time((Int128)long.MaxValue + 1) }),
        Of("size in base 256", new TarFields("f") { Size = Time(5) }),
        Of("negative size", new TarFields("f") { Size = Time(-1) }),
        Of("size of 64 bits", new TarFields("f") { Size = Time((Int128)1 << 64) }),
        Of("size beyond the end", new TarFields("f") { Size = Time(1L << 40) }),
        Of("largest size", new TarFields("f") { Size = Time(long.MaxValue) }),
        Of("size less than the content", new TarFields("f") { Size = "00000000001" }, new byte[512 + 5]),
        Of("mode with a type", new TarFields("f") { Mode = "0100755" }),
        Of("mode of another type", new TarFields("f") { Mode = "0040700" }),
        Of("mode of all bits", new TarFields("f") { Mode = "7777777" }),
        Of("mode in base 256", new TarFields("f") { Mode = Big(493) }),
        Of("negative mode", new TarFields("f") { Mode = Big(-1) }),
        Of("mode beyond 32 bits", new TarFields("f") { Mode = Big(((Int128)1 << 40) + 493) }),
        Of("mode that is empty", new TarFields("f") { Mode = "" }),
        new("number: mode of a directory with a type", new TarBuilder()
            .Header(new TarFields("d/", '5') { Mode = "0100711" }).Header(new TarFields("l", '2') { Link = "d",
                Mode = "0" })),
        new("number: device", new TarBuilder()
            .Node("a", '3', 4095, 255).Node("b", '4', 259, 1_048_575)
            .Header(new TarFields("c", '3') { Major = Big(300), Minor = Big(70_000) })),
        new("number: device beyond 12 bits", new TarBuilder().Node("a", '3', 4096, 0)),
        new("number: device beyond 20 bits", new TarBuilder().Node("a", '3', 1, 1_048_576)),
        new("number: device beyond 32 bits", new TarBuilder()
            .Header(new TarFields("c", '3') { Major = Big(((Int128)1 << 32) + 1), Minor = Big(3) })),
        new("number: negative device", new TarBuilder()
            .Header(new TarFields("c", '3') { Major = Big(-1), Minor = Big(-1) })),
        new("number: broken device of a file", new TarBuilder().File(new TarFields("f") { Major = "x" }, [1])),
        new("number: owner of a whiteout that fits no id", new TarBuilder()
            .Header(new TarFields(".wh.f") { UserId = Big(4_294_967_296) })),
    ];

    private static ArchiveKind Of(string name, TarFields fields, byte[]? content = null) =>
        new("number: " + name, new TarBuilder().File("before", "b").File(fields, content ?? "hello"u8.ToArray())
            .File("behind", "b"));

    private static string Big(Int128 value) => Corpus.Base256(value, 8);

    private static string Time(Int128 value) => Corpus.Base256(value, 12);
}
