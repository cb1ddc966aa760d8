// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Output;

/// <summary>Log lines in the form that those who read the Go tool's error stream expect.</summary>
internal static class GoLog
{
    public static void Write(Terminal terminal, string level, string message)
    {
        var time = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        terminal.ErrorLine($"time=\"{time}\" level={level} msg={Quoted.Text(message)}");
    }
}
