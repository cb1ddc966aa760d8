// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using System.IO.Compression;
using System.IO.Enumeration;

namespace ActorStorage.Cli.Quickstart;

/// <summary>A part of a real directory, small enough to be one layer.</summary>
internal sealed record SampleSlice(string Source, IReadOnlyList<string> Paths, long SizeBytes);

/// <summary>Tarballs of what every machine has: programs, libraries, documents, the .NET SDK that runs this.</summary>
internal static class SampleTarballs
{
    public const int CountMin = 5;
    public const long SizeBytesMin = 200L << 20;
    private const long SliceSizeBytesMax = 48L << 20;
    private const int SlicesPerSource = 8;

    /// <summary>First one slice of each directory, then a second one, until there is enough or nothing is
    /// left.</summary>
    public static IReadOnlyList<SampleSlice> Choose(CancellationToken cancellation)
    {
        var bySource = Sources().Select(source => Slices(source, cancellation).ToList()).ToList();
        var chosen = new List<SampleSlice>();
        for (var round = 0; round < SlicesPerSource; round++)
        {
            foreach (var slices in bySource)
            {
                if (chosen.Count >= CountMin && chosen.Sum(slice => slice.SizeBytes) >= SizeBytesMin) return chosen;
                if (round < slices.Count) chosen.Add(slices[round]);
            }
        }
        return chosen;
    }

    /// <summary>Writes one slice as a tar. What vanishes or cannot be read while it is written is left out.</summary>
    public static void Write(SampleSlice slice, string path, bool gzip, CancellationToken cancellation)
    {
        using var file = File.Create(path);
        using Stream stream = gzip ? new GZipStream(file, CompressionLevel.Fastest) : new BufferedStream(file, 1 << 20);
        using var tar = new TarWriter(stream, TarEntryFormat.Pax);
        foreach (var source in slice.Paths)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                tar.WriteEntry(source, source.TrimStart('/'));
            }
            catch (Exception failure) when (failure is FileNotFoundException or UnauthorizedAccessException)
            {
                // Refused when it was opened, before anything of it was written.
                continue;
            }
        }
    }

    private static IEnumerable<string> Sources()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location) ?? "";
        var dotnet = Path.GetFullPath(Path.Combine(runtime, "..", "..", ".."));
        IEnumerable<string> libraries = Directory.Exists("/usr/lib")
            ? Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu")
            : [];
        IEnumerable<string> all =
        [
            "/usr/bin", .. libraries, Path.Combine(dotnet, "sdk"), Path.Combine(dotnet, "shared"), "/usr/share",
            "/usr/lib/python3", "/usr/sbin", "/usr/libexec", "/etc",
        ];
        return all.Where(Directory.Exists);
    }

    private static IEnumerable<SampleSlice> Slices(string source, CancellationToken cancellation)
    {
        var (paths, size, count) = (new List<string>(), 0L, 0);
        foreach (var (path, sizeBytes) in Walk(source))
        {
            cancellation.ThrowIfCancellationRequested();
            paths.Add(path);
            size += sizeBytes;
            if (size < SliceSizeBytesMax) continue;
            yield return new SampleSlice(source, paths, size);
            if (++count == SlicesPerSource) yield break;
            (paths, size) = ([], 0);
        }
        if (size > 0) yield return new SampleSlice(source, paths, size);
    }

    /// <summary>Directories before what is in them; symbolic links as such, never followed.</summary>
    private static FileSystemEnumerable<(string Path, long SizeBytes)> Walk(string source) =>
        new(source, Entry, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry),
        };

    private static (string Path, long SizeBytes) Entry(ref FileSystemEntry entry) =>
        (entry.ToSpecifiedFullPath(), entry.IsDirectory || IsLink(ref entry) ? 0 : entry.Length);

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
