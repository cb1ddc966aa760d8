// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Archive;

/// <summary>
/// Feeds the inflater in chunks that stop wherever a member can end: eight bytes (the trailer) before the end of the
/// blob, and before anything that looks like the start of another member. The inflater does not tell how much of its
/// last chunk it used; cut like this, a member of a sound blob ends exactly where a chunk does.
/// </summary>
internal sealed class GzipInput(BlobSource source) : BlobSourceStream(source)
{
    private const int TrailerBytes = Inflater.TrailerBytes;
    private const int ChunkMax = 8192;
    private static ReadOnlySpan<byte> Magic => [0x1f, 0x8b, 0x08];

    public int LastChunkBytes { get; private set; }

    public override int Read(Span<byte> buffer)
    {
        var wanted = Math.Min(buffer.Length, ChunkMax);
        var ahead = Source.Peek(wanted + TrailerBytes + Magic.Length);
        var count = Math.Min(wanted, ahead.Length - TrailerBytes);
        if (count <= 0)
        {
            Exhausted = true;
            return 0;
        }
        // What starts exactly behind a trailer from here is where the last chunk stopped already.
        if (ahead.Length > TrailerBytes + 1 && ahead[(TrailerBytes + 1)..].IndexOf(Magic) is >= 0 and var at)
            count = Math.Min(count, at + 1);
        ahead[..count].CopyTo(buffer);
        Source.Advance(count);
        return LastChunkBytes = count;
    }
}
