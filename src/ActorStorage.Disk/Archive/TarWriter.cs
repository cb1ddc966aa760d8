// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// Writes an archive: ustar as long as the header block can hold what is to be said, with a PAX header in front where
/// it cannot. The same entries give the same bytes, and the bytes that Go's archive/tar gives. Times have whole
/// seconds. The stream stays open.
/// </summary>
public sealed class TarWriter(Stream output)
{
    private const int BlockBytes = TarHeader.BlockBytes;
    private const int FlushAt = 1 << 16;
    private const int PaxBytesMax = 1 << 20;            // readers refuse more
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * FlushAt);
    private long _contentLeft;
    private int _padding;

    /// <summary>Starts an entry; when it is a file, its content must follow.</summary>
    /// <exception cref="StorageException">TooLarge: more extended attributes than an archive can hold.</exception>
    public void Header(TarEntry entry)
    {
        EndContent();
        var name = EntryText.Encode(entry.Name);
        var link = EntryText.Encode(entry.LinkName);
        var sizeBytes = entry.Kind == TarEntryKind.Regular ? entry.SizeBytes : 0;
        var header = new TarHeaderBlock(entry, name, link, sizeBytes);
        if (header.NeedsPax) WritePax(name, header.PaxRecords());
        header.WriteTo(_buffer.GetSpan(BlockBytes)[..BlockBytes]);
        _buffer.Advance(BlockBytes);
        _contentLeft = sizeBytes;
        _padding = (int)(-sizeBytes & (BlockBytes - 1));
        if (_buffer.WrittenCount >= FlushAt) Flush();
    }

    /// <summary>The next piece of the content that the last header announced.</summary>
    public void Content(ReadOnlySpan<byte> piece)
    {
        if (piece.Length > _contentLeft) throw new InvalidOperationException("more content than the header announced");
        _contentLeft -= piece.Length;
        if (piece.Length + _buffer.WrittenCount <= FlushAt)
        {
            _buffer.Write(piece);
            return;
        }
        Flush();
        output.Write(piece);
    }

    /// <summary>Writes the end of the archive.</summary>
    public void Finish()
    {
        EndContent();
        WriteZeros(2 * BlockBytes);
        Flush();
    }

    private void EndContent()
    {
        if (_contentLeft > 0) throw new InvalidOperationException("less content than the header announced");
        WriteZeros(_padding);
        _padding = 0;
    }

    private void WriteZeros(int count)
    {
        _buffer.GetSpan(count)[..count].Clear();
        _buffer.Advance(count);
    }

    private void WritePax(ReadOnlySpan<byte> name, SortedDictionary<string, byte[]> records)
    {
        var data = new ArrayBufferWriter<byte>();
        foreach (var (key, value) in records) PaxRecords.Write(data, EntryText.Encode(key), value);
        if (data.WrittenCount > PaxBytesMax)
        {
            throw new StorageException(
                StorageErrorKind.TooLarge,
                $"{Quoted.Text(EntryText.Decode(name))} has more extended attributes than an archive can hold");
        }
        TarHeaderBlock.WriteExtension(_buffer.GetSpan(BlockBytes)[..BlockBytes], name, data.WrittenCount);
        _buffer.Advance(BlockBytes);
        _buffer.Write(data.WrittenSpan);
        WriteZeros(-data.WrittenCount & (BlockBytes - 1));
    }

    private void Flush()
    {
        if (_buffer.WrittenCount == 0) return;
        output.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }
}
