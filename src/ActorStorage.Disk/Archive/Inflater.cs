// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Archive;

/// <summary>
/// Inflates the deflate data of gzip members, which lie one after another in a source: what is between a member's
/// header and its trailer.
/// </summary>
internal abstract class Inflater(BlobSource source) : IDisposable
{
    internal const int TrailerBytes = 8;

    protected BlobSource Source { get; } = source;

    /// <summary>By ISA-L where it is installed: it is the faster one.</summary>
    public static Inflater Open(BlobSource source) =>
        IsaL.IsUsable ? new IsaLInflater(source) : new RuntimeInflater(source);

    /// <summary>The data of a member begin where the source stands.</summary>
    public abstract void Begin();

    /// <returns>How many bytes were inflated; 0 is the end of the member's data.</returns>
    /// <exception cref="InvalidDataException">The data are damaged, or end too early; the message says which.
    /// </exception>
    public abstract int Read(Span<byte> target);

    /// <summary>After the last byte: takes the trailer, behind which the source stands then.</summary>
    /// <param name="expected">What it must be.</param>
    /// <exception cref="InvalidDataException">It is another one, or not there.</exception>
    public abstract void End(ReadOnlySpan<byte> expected);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    protected static InvalidDataException UnexpectedEnd(Exception? cause = null) => new("unexpected EOF", cause);
}
