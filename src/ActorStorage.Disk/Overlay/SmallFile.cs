// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Overlay;

/// <summary>The one-line files beside a layer's tree.</summary>
internal static class SmallFile
{
    private const int SizeMaxBytes = 1 << 20;       // 500 lowers with the longest ids are a tenth of this

    /// <summary>The text, or null when there is no such file.</summary>
    internal static string? Read(IDisk disk, DirectoryHandle at, string name)
    {
        if (disk.Status(at, name) is null) return null;
        using var file = disk.OpenFile(at, name);
        var sizeBytes = disk.Status(file).SizeBytes;
        if (sizeBytes > SizeMaxBytes)
            throw new StorageException(StorageErrorKind.Corrupt, $"{file.Path} has {sizeBytes} bytes", file.Path);
        var bytes = new byte[sizeBytes];
        var length = 0;
        while (length < bytes.Length && disk.Read(file, bytes.AsSpan(length)) is > 0 and var count) length += count;
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <summary>Puts a new file in the place of what was there. The mode is exact, whatever the umask.</summary>
    /// <param name="sync">Whether the text must be on the medium when this returns.</param>
    internal static void Write(
        IDisk disk, DirectoryHandle at, string name, string text, uint mode, bool sync = false)
    {
        disk.RemoveFile(at, name);
        using var file = disk.CreateFile(at, name, mode);
        disk.SetMode(file, mode);
        disk.Write(file, Encoding.UTF8.GetBytes(text));
        if (sync) disk.SyncData(file);
    }
}
