// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;

namespace ActorStorage.Disk.Tests.Archive;

/// <summary>Archives that the runtime's own writer makes, one of each format.</summary>
internal static class FormatArchive
{
    public static byte[] Write(TarEntryFormat format)
    {
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, format, leaveOpen: true))
        {
            var isOld = format == TarEntryFormat.V7;
            Add(Entry(format, TarEntryType.Directory, "d/"));
            var file = Entry(format, isOld ? TarEntryType.V7RegularFile : TarEntryType.RegularFile, "d/file");
            file.DataStream = new MemoryStream("some content"u8.ToArray());
            Add(file);
            Add(Entry(format, isOld ? TarEntryType.V7RegularFile : TarEntryType.RegularFile, "d/empty"));
            var link = Entry(format, TarEntryType.SymbolicLink, "d/symlink");
            link.LinkName = "../target";
            Add(link);
            link = Entry(format, TarEntryType.HardLink, "d/hardlink");
            link.LinkName = "d/file";
            Add(link);
            if (isOld) return Done();
            var device = (PosixTarEntry)Entry(format, TarEntryType.CharacterDevice, "d/device");
            (device.DeviceMajor, device.DeviceMinor) = (1, 5);
            Add(device);
            Add(Entry(format, TarEntryType.Fifo, "d/fifo"));
            if (format is TarEntryFormat.Ustar) return Done();
            file = Entry(format, TarEntryType.RegularFile, "d/" + new string('l', 180) + "/caf\u00e9");
            file.DataStream = new MemoryStream(new byte[70_000]);
            Add(file);
            link = Entry(format, TarEntryType.SymbolicLink, "d/longlink");
            link.LinkName = new string('t', 300);
            Add(link);
            return Done();

            void Add(TarEntry entry) => writer.WriteEntry(entry);

            byte[] Done()
            {
                writer.Dispose();
                return archive.ToArray();
            }
        }
    }

    private static TarEntry Entry(TarEntryFormat format, TarEntryType type, string name)
    {
        TarEntry entry = format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(type, name),
            TarEntryFormat.Ustar => new UstarTarEntry(type, name),
            TarEntryFormat.Gnu => new GnuTarEntry(type, name),
            // Only files and directories take attributes of a user.
            _ => new PaxTarEntry(type, name, type is TarEntryType.RegularFile or TarEntryType.Directory
                ? [new("SCHILY.xattr.user.a", "1"), new("atime", "1500000000.25")]
                : [new("atime", "1500000000.25")]),
        };
        entry.Mode = (UnixFileMode)0x1ed;
        (entry.Uid, entry.Gid) = (1000, 1001);
        entry.ModificationTime = DateTimeOffset.FromUnixTimeMilliseconds(1_600_000_000_000);
        return entry;
    }
}
