// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Cli.Quickstart;

/// <summary>How long locks were waited for and held, one row per lock.</summary>
internal static class LockTable
{
    public static string Render(IReadOnlyList<LockStatistics> locks)
    {
        var text = new StringBuilder();
        text.Append(Row("lock", "count", "wait p50", "p99", "max", "hold p50", "p99", "max"));
        foreach (var one in locks)
        {
            text.Append(Row(
                Path.GetFileName(one.Path), one.Holds.ToString(CultureInfo.InvariantCulture),
                Time(one.Waited.Median), Time(one.Waited.Percentile99), Time(one.Waited.Max),
                Time(one.Held.Median), Time(one.Held.Percentile99), Time(one.Held.Max)));
        }
        return text.ToString();
    }

    private static string Row(params ReadOnlySpan<string> cells)
    {
        var row = new StringBuilder("  ").Append(cells[0].PadRight(20));
        foreach (var cell in cells[1..]) row.Append(cell.PadLeft(11));
        return row.Append('\n').ToString();
    }

    private static string Time(TimeSpan time) =>
        time.TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture) + " ms";
}
