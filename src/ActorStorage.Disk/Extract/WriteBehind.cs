// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using ActorStorage.Disk.Archive;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Extract;

/// <summary>
/// Writes small files, gives them what the archive says of them and closes them on a thread of its own, some dozens at
/// a time, while the next ones are being made. They are made in the archive's order, by the caller: what is left needs
/// the open file alone, whatever becomes of its name.
/// </summary>
/// <remarks>
/// A failure is thrown by a later call, by <see cref="Drain"/> at the latest. Not thread safe.
/// </remarks>
internal sealed class WriteBehind : IDisposable
{
    private const int FilesPerBatch = 32;
    private const int BatchBytes = 1 << 18;
    private const int FileBytesMax = 1 << 16;
    private const int BatchesAhead = 3;
    private readonly IDisk _disk;
    private readonly EntryAttributes _attributes;
    private readonly Behind<Batch> _behind;
    private readonly Func<bool> _hasSpareCore;
    private Batch? _open;
    private bool _hasThread;

    /// <param name="attributes">For this alone: the thread uses it.</param>
    /// <param name="hasSpareCore">Whether a thread may be started.</param>
    public WriteBehind(IDisk disk, EntryAttributes attributes, Func<bool> hasSpareCore)
    {
        (_disk, _attributes, _hasSpareCore) = (disk, attributes, hasSpareCore);
        _behind = new Behind<Batch>("write-behind", BatchesAhead, Write);
    }

    /// <summary>Larger files fill a batch by themselves, and files with holes are not written from end to end. Without
    /// a core for the thread nothing is won.</summary>
    public bool IsFor(TarEntry entry, TarReader payload) =>
        entry.SizeBytes <= FileBytesMax && !payload.HasHoles && (_hasThread || _hasSpareCore());

    /// <summary>Takes the file over, and reads what it shall hold.</summary>
    /// <returns>How many bytes it will hold.</returns>
    public int Add(FileHandle file, TarEntry entry, EntryOwner owner, TarReader payload)
    {
        var batch = _open ??= new Batch();
        var start = batch.Length;
        try
        {
            while (payload.ReadPayload() is { IsEmpty: false } piece) batch.Append(piece);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        var count = batch.Length - start;
        batch.Files.Add(new Unwritten(file, entry, owner, start, count));
        if (batch.Files.Count == FilesPerBatch || batch.Length > BatchBytes - FileBytesMax) HandOver(batch);
        return count;
    }

    /// <summary>Everything taken over is written when this returns.</summary>
    public void Drain()
    {
        if (_open is not null) HandOver(_open);
        _behind.Drain();
    }

    public void Dispose()
    {
        _behind.Dispose();
        _open?.Dispose();
    }

    private void HandOver(Batch batch)
    {
        _open = null;
        // A layer of few files is not worth a thread.
        _hasThread = _hasThread || batch.Files.Count == FilesPerBatch;
        if (_hasThread)
        {
            _behind.Add(batch);
            return;
        }
        using (batch)
        {
            Write(batch);
        }
    }

    private void Write(Batch batch)
    {
        foreach (var one in batch.Files)
        {
            if (one.Count > 0) _disk.Write(one.File, batch.Bytes(one.Start, one.Count));
            _attributes.Apply(one.File, one.Entry, one.Owner);
            one.File.Dispose();
        }
    }

    private readonly record struct Unwritten(
        FileHandle File, TarEntry Entry, EntryOwner Owner, int Start, int Count);

    private sealed class Batch : IDisposable
    {
        private readonly byte[] _bytes = ArrayPool<byte>.Shared.Rent(BatchBytes);

        public List<Unwritten> Files { get; } = new(FilesPerBatch);
        public int Length { get; private set; }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_bytes.AsSpan(Length));
            Length += bytes.Length;
        }

        public ReadOnlySpan<byte> Bytes(int start, int count) => _bytes.AsSpan(start, count);

        public void Dispose()
        {
            foreach (var one in Files) one.File.Dispose();
            ArrayPool<byte>.Shared.Return(_bytes);
        }
    }
}
