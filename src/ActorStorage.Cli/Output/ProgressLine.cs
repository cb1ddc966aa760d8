// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace ActorStorage.Cli.Output;

/// <summary>How far one layer is, as text.</summary>
internal static class ProgressLine
{
    private const int NameWidth = 28;
    private const double Kibi = 1024;
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <param name="width">Columns of the terminal: a line that wraps could not be drawn over.</param>
    public static string Render(string file, string phase, long bytes, long files, TimeSpan elapsed, int width)
    {
        var rate = elapsed > TimeSpan.Zero ? bytes / elapsed.TotalSeconds : 0;
        var line = $"{Name(file)}  {phase,-10} {Size(bytes),10} {files,8} files {Size(rate),10}/s";
        return line.Length < width ? line : line[..Math.Max(0, width - 1)];
    }

    public static string Size(double bytes)
    {
        var unit = 0;
        for (; bytes >= Kibi && unit < Units.Length - 1; unit++) bytes /= Kibi;
        return bytes.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>The end of a path says more than its beginning.</summary>
    private static string Name(string file) =>
        (file.Length <= NameWidth ? file : "..." + file[^(NameWidth - 3)..]).PadRight(NameWidth);
}
