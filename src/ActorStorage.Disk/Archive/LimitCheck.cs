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
        if (IsTooLong(entry.Name))
            throw TooLarge(entry.Name, $"a name longer than {limits.PathLengthMax} bytes", "path-length-max");
        if (IsTooLong(entry.LinkName))
            throw TooLarge(entry.Name, $"a link's target longer than {limits.PathLengthMax} bytes", "path-length-max");
        if (IsTooDeep(entry.Name))
            throw TooLarge(entry.Name, $"a name of more than {limits.DepthMax} components", "depth-max");
    }

    /// <param name="name">That of the extension itself: the entry's own may be in it.</param>
    /// <param name="bytes">What the extensions of this entry have had.</param>
    public void Extension(string name, long sizeBytes, ref int bytes)
    {
        if (sizeBytes > limits.HeaderBytesMax - bytes)
        {
            throw TooLarge(
                name, $"more than {limits.HeaderBytesMax} bytes of extension headers for one entry", "header-size-max");
        }
        bytes += (int)Math.Max(sizeBytes, TarHeader.BlockBytes);
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
    private bool IsTooLong(string name) =>
        name.Length > limits.PathLengthMax / 3 && EntryText.Encode(name).Length > limits.PathLengthMax;

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
