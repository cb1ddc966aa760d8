// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Unix;

/// <summary>A process that holds a lock somebody waits for.</summary>
/// <param name="Pid">Process id.</param>
/// <param name="Command">Its command line, cut at 200 characters; empty when it cannot be read.</param>
public sealed record LockHolder(int Pid, string Command)
{
    /// <summary>This process.</summary>
    public static LockHolder Self() => LockHolders.Of(Environment.ProcessId);

    public override string ToString() => Command.Length == 0 ? $"pid {Pid}" : $"pid {Pid} ({Command})";
}
