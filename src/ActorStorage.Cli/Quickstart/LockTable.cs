// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

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
                one.Name, one.Count.ToString(CultureInfo.InvariantCulture), Time(one.WaitP50), Time(one.WaitP99),
                Time(one.WaitMax), Time(one.HoldP50), Time(one.HoldP99), Time(one.HoldMax)));
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
