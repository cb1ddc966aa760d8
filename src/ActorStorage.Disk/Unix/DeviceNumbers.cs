// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Unix;

/// <summary>The kernel's way to put two numbers into one, on 64-bit systems.</summary>
internal static class DeviceNumbers
{
    internal static uint Major(ulong number) => (uint)(((number >> 8) & 0xfff) | ((number >> 32) & 0xfffff000));

    internal static uint Minor(ulong number) => (uint)((number & 0xff) | ((number >> 12) & 0xffffff00));

    internal static ulong Make(uint major, uint minor) => ((ulong)(major & 0xfffff000) << 32)
        | ((ulong)(major & 0xfff) << 8) | ((ulong)(minor & 0xffffff00) << 12) | (minor & 0xff);
}
