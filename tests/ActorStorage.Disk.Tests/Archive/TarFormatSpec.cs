// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;
using Formats = System.Formats.Tar;

namespace ActorStorage.Disk.Tests.Archive;

public sealed class TarFormatSpec
{
    [Theory]
    [InlineData(Formats.TarEntryFormat.V7)]
    [InlineData(Formats.TarEntryFormat.Ustar)]
    [InlineData(Formats.TarEntryFormat.Gnu)]
    [InlineData(Formats.TarEntryFormat.Pax)]
    public void Should_see_what_the_runtimes_reader_sees(Formats.TarEntryFormat format)
    {
        var archive = FormatArchive.Write(format);
        var read = ReadArchive.All(archive);
        using var other = new Formats.TarReader(new MemoryStream(archive));
        foreach (var (entry, payload) in read.Entries.Zip(read.Payloads))
        {
            var expected = other.GetNextEntry(copyData: true)!;
            Assert.Equal(expected.Name, entry.Name);
            Assert.Equal(expected.LinkName, entry.LinkName);
            Assert.Equal((uint)expected.Mode, entry.Mode);
            Assert.Equal((expected.Uid, expected.Gid), (entry.UserId, entry.GroupId));
            Assert.Equal(expected.Length, entry.SizeBytes);
            Assert.Equal(expected.ModificationTime.ToUnixTimeSeconds(), entry.ModifiedAt.Seconds);
            var content = new MemoryStream();
            expected.DataStream?.CopyTo(content);
            Assert.Equal(content.ToArray(), payload);
            if (entry.Kind == TarEntryKind.CharacterDevice)
                Assert.Equal((1u, 5u), (entry.DeviceMajor, entry.DeviceMinor));
            if (format != Formats.TarEntryFormat.Pax) continue;
            Assert.Equal(new FileTime(1_500_000_000, 250_000_000), entry.AccessedAt);
            string[] xattrs = entry.Kind is TarEntryKind.Regular or TarEntryKind.Directory ? ["user.a"] : [];
            Assert.Equal(xattrs, entry.Xattrs.Select(each => each.Key));
        }
        Assert.Null(other.GetNextEntry());
        Assert.True(read.Entries.Count >= 5);
        Assert.Equal(archive, read.Rebuild());
    }
}
