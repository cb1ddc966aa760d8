// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>Files and streams that a command reads or writes for its caller.</summary>
internal static class InputFiles
{
    /// <summary>The path itself. A missing file is told before anything is made for it.</summary>
    public static string Existing(string path)
    {
        if (File.Exists(path)) return path;
        throw Directory.Exists(path)
            ? new StorageException(StorageErrorKind.Invalid, $"read {path}: is a directory", path)
            : NoSuchFile(path);
    }

    /// <summary>A file's bytes, or those of standard input when no file was named.</summary>
    public static async Task<byte[]> ReadAllAsync(string file, CancellationToken cancellation)
    {
        if (file.Length > 0) return await File.ReadAllBytesAsync(Existing(file), cancellation);
        using var bytes = new MemoryStream();
        await using var input = new StandardInput(cancellation);
        await input.CopyToAsync(bytes, cancellation);
        return bytes.ToArray();
    }

    /// <summary>Creates or empties a file.</summary>
    public static FileStream Create(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        }
        catch (DirectoryNotFoundException)
        {
            throw NoSuchFile(path);
        }
    }

    private static StorageException NoSuchFile(string path) =>
        new(StorageErrorKind.NotFound, $"open {path}: no such file or directory", path);
}
