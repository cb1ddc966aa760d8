// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Buffers.Binary;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Extract;

/// <summary>
/// The directories of an archive with the times they get when all is done, in the archive's order. What does not fit
/// into some dozens of KiB lies in a file without a name, so that memory does not grow with their number.
/// </summary>
/// <param name="root">Where the file is made. File systems that make none keep all of it in memory.</param>
internal sealed class LateDirectories(IDisk disk, DirectoryHandle root) : IDisposable
{
    private const int SpillAt = 1 << 16;
    private const int LengthBytes = sizeof(int);
    private const int TimesBytes = 4 * sizeof(long);
    private const uint PrivateFile = 0x180;         // 0600
    private ArrayBufferWriter<byte> _recent = new();
    private FileHandle? _spilled;
    private long _spilledBytes;
    private bool _cannotSpill;

    public void Add(EntryPath path, EntryTimes times)
    {
        var name = EntryText.Encode(path.Text);
        var record = _recent.GetSpan(LengthBytes + TimesBytes + name.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record, name.Length);
        Write(record[LengthBytes..], times.AccessedAt);
        Write(record[(LengthBytes + TimesBytes / 2)..], times.ModifiedAt);
        name.CopyTo(record[(LengthBytes + TimesBytes)..]);
        _recent.Advance(LengthBytes + TimesBytes + name.Length);
        if (_recent.WrittenCount >= SpillAt) Spill();
    }

    /// <summary>All of them, once.</summary>
    public IEnumerable<(EntryPath Path, EntryTimes Times)> Take()
    {
        var header = new byte[LengthBytes + TimesBytes];
        for (var offset = 0L; offset < _spilledBytes;)
        {
            Read(offset, header);
            var name = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
            Read(offset + header.Length, name);
            offset += header.Length + name.Length;
            yield return Parse(header, name);
        }
        for (var rest = _recent.WrittenMemory; !rest.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest.Span);
            yield return Parse(rest[..header.Length].ToArray(), rest.Slice(header.Length, length).ToArray());
            rest = rest[(header.Length + length)..];
        }
        Dispose();
        _recent = new ArrayBufferWriter<byte>();
    }

    public void Dispose()
    {
        _spilled?.Dispose();
        (_spilled, _spilledBytes) = (null, 0);
    }

    private void Spill()
    {
        if (_cannotSpill) return;
        _spilled ??= disk.CreateUnnamed(root, PrivateFile);
        _cannotSpill = _spilled is null;
        if (_spilled is null) return;
        disk.Write(_spilled, _recent.WrittenSpan);
        _spilledBytes += _recent.WrittenCount;
        _recent.ResetWrittenCount();
    }

    private void Read(long offset, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            var count = disk.ReadAt(_spilled!, offset, target);
            if (count == 0) throw new StorageException(StorageErrorKind.Io, $"{root.Path}: what was put aside was cut");
            offset += count;
            target = target[count..];
        }
    }

    private static (EntryPath Path, EntryTimes Times) Parse(ReadOnlySpan<byte> header, ReadOnlySpan<byte> name)
    {
        // The root's own name is empty, and "/" says so.
        var path = EntryPath.Clean(name.IsEmpty ? "/" : EntryText.Decode(name));
        var times = header[LengthBytes..];
        return (path, new EntryTimes(Time(times), Time(times[(TimesBytes / 2)..])));
    }

    private static void Write(Span<byte> target, FileTime time)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, time.Seconds);
        BinaryPrimitives.WriteInt64LittleEndian(target[sizeof(long)..], time.Nanoseconds);
    }

    private static FileTime Time(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(long)..]));
}
