// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Extract;

/// <summary>The parts of a mode that matter while a file is being made.</summary>
internal static class ModeBits
{
    internal const uint Permissions = 0x1ff;    // 0777
    internal const uint SetGroupId = 0x400;     // 02000

    /// <summary>Setuid and setgid, which the kernel takes away when a file changes hands.</summary>
    internal const uint SetId = 0xc00;
}
