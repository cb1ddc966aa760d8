// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Archive;

/// <summary>Refuses what exceeds a limit, before it is worked on.</summary>
internal sealed class LimitCheck(ArchiveLimits limits)
{
    /// <param name="count">How many entries came before.</param>
    public void Entry(TarEntry entry, long count)
    {
        if (count >= limits.EntriesMax)
            throw TooLarge(entry.Name, $"the archive has more than {limits.EntriesMax} entries", "entries-max");
        if (IsTooLong(entry.Name, isPath: true))
            throw TooLarge(entry.Name, $"a name longer than {limits.PathLengthMax} bytes", "path-length-max");
        if (entry.Kind is TarEntryKind.HardLink or TarEntryKind.Symlink
            && IsTooLong(entry.LinkName, isPath: entry.Kind is TarEntryKind.HardLink))
        {
            throw TooLarge(entry.Name, $"a link's target longer than {limits.PathLengthMax} bytes", "path-length-max");
        }
        if (IsTooDeep(entry.Name))
            throw TooLarge(entry.Name, $"a name of more than {limits.DepthMax} components", "depth-max");
    }

    /// <param name="name">That of the extension itself: the entry's own may be in it.</param>
    /// <param name="keptBytes">Of the blocks that are in front of the entry so far.</param>
    public void Extension(string name, long sizeBytes, int keptBytes)
    {
        if (sizeBytes > limits.HeaderBytesMax)
        {
            throw TooLarge(
                name, $"an extension header of more than {limits.HeaderBytesMax} bytes", "header-size-max");
        }
        if (sizeBytes <= limits.EntryHeadersBytesMax - keptBytes) return;
        throw TooLarge(
            name, $"more than {limits.EntryHeadersBytesMax} bytes of headers for one entry", "entry-headers-size-max");
    }

    /// <param name="sizeBytes">Of the list that says where the content of a file with holes belongs.</param>
    public void PieceList(string name, long sizeBytes)
    {
        if (sizeBytes <= limits.HeaderBytesMax) return;
        throw TooLarge(name, $"a list of pieces of more than {limits.HeaderBytesMax} bytes", "header-size-max");
    }

    /// <param name="sizeBytes">Of a file with its holes.</param>
    public void WithHoles(string name, long sizeBytes)
    {
        if (sizeBytes <= limits.InflatedBytesMax) return;
        throw TooLarge(name, $"a file of more than {limits.InflatedBytesMax} bytes", "inflated-size-max");
    }

    /// <param name="entry">The last one that was read, if there was one.</param>
    /// <param name="receivedBytes">Of the blob, to make so many of the archive.</param>
    public void Inflated(string? entry, long inflatedBytes, long receivedBytes)
    {
        if (inflatedBytes > limits.InflatedBytesMax)
        {
            throw TooLarge(
                entry, $"the archive inflates to more than {limits.InflatedBytesMax} bytes", "inflated-size-max");
        }
        if (inflatedBytes <= limits.RatioFromBytes || inflatedBytes / limits.RatioMax <= receivedBytes) return;
        throw TooLarge(
            entry,
            $"{receivedBytes} bytes of the blob inflate to {inflatedBytes}, which is more than {limits.RatioMax} times"
                + " as many",
            "ratio-max");
    }

    // A character is at most three bytes of UTF-8, so a name that is short by far need not be counted out.
    private bool IsTooLong(string name, bool isPath) =>
        name.Length > limits.PathLengthMax / 3 && EntryText.Encode(name).Length > limits.PathLengthMax
            && (!isPath || EntryText.Encode(EntryText.Clean(name)).Length > limits.PathLengthMax);

    private bool IsTooDeep(string name)
    {
        if (name.Length < limits.DepthMax) return false;
        var components = 0;
        foreach (var range in name.AsSpan().Split('/'))
        {
            if (name.AsSpan(range) is not ("" or ".")) components++;
        }
        return components > limits.DepthMax;
    }

    private static StorageException TooLarge(string? entry, string what, string setting) => new(
        StorageErrorKind.TooLarge,
        $"{(entry is null ? "before the first entry" : $"entry {Quoted.Text(entry)}")}: {what}"
            + $" (setting actor-storage.archives.{setting})");
}
