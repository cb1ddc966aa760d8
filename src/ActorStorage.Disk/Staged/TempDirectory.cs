// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Staged;

/// <summary>
/// A directory of one owner in a temp root of the store: <c>temp-dir-n</c>, safe from every engine's recovery as long
/// as <c>lock-n</c> is held. What is to become part of the store is built here and renamed away; what is to be deleted
/// is renamed into it.
/// </summary>
/// <remarks>If the process dies the lock goes with it, and any engine's next recovery removes the directory.</remarks>
public sealed class TempDirectory : IDisposable
{
    private const int AttemptsMax = 1000;
    private const uint DirectoryMode = 0x1c0;   // 0700
    private readonly IDisk _disk;
    private readonly DirectoryHandle _root;
    private readonly FileLock _held;
    private readonly string _instance;
    private int _counter = -1;
    private int _isRemoved;

    private TempDirectory(IDisk disk, DirectoryHandle root, string instance, FileLock held, DirectoryHandle directory)
    {
        (_disk, _root, _instance, _held) = (disk, root, instance, held);
        Directory = directory;
    }

    public DirectoryHandle Directory { get; }

    /// <summary>What it is called in its temp root.</summary>
    public string Name => TempNames.Directory(_instance);

    /// <param name="tempRoot">Absolute; made, 0700, when it is missing.</param>
    public static TempDirectory Create(IDisk disk, string tempRoot)
    {
        var root = OpenRoot(disk, tempRoot);
        try
        {
            for (var attempt = 0; attempt < AttemptsMax; attempt++)
            {
                var instance = NewInstance();
                if (BornLocked.TryCreate(disk, root, instance) is not { } held) continue;
                return Create(disk, root, instance, held);
            }
            throw new StorageException(
                StorageErrorKind.AlreadyExists, $"{tempRoot}: no free name after {AttemptsMax} attempts", tempRoot);
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>A name in the directory that was not given out before: <c>k-suffix</c>. Thread safe.</summary>
    public string NextName(string suffix) =>
        string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref _counter)}-{suffix}");

    /// <summary>Removes the directory with all that is in it, then its lock, and says if it failed.</summary>
    /// <exception cref="StorageException">Something stayed; the lock is gone, so recovery will try again.</exception>
    public void Remove()
    {
        if (Interlocked.Exchange(ref _isRemoved, 1) != 0) return;
        try
        {
            Directory.Dispose();
            TreeRemoval.Remove(_disk, _root, TempNames.Directory(_instance));
            // The name goes before the lock: who waits for the lock finds that the name is not its file any more.
            _disk.RemoveFile(_root, TempNames.Lock(_instance));
        }
        finally
        {
            _held.Dispose();
            _root.Dispose();
        }
    }

    public void Dispose()
    {
        try
        {
            Remove();
        }
        catch (StorageException)
        {
            // What could not be removed is not locked any more, so the next recovery will meet and name the same cause.
        }
    }

    internal static DirectoryHandle OpenRoot(IDisk disk, string path)
    {
        try
        {
            return disk.OpenDirectory(path);
        }
        catch (StorageException missing) when (missing.Kind == StorageErrorKind.NotFound)
        {
            using var above = OpenRoot(disk, Path.GetDirectoryName(path)!);
            try
            {
                disk.MakeDirectory(above, Path.GetFileName(path), DirectoryMode);
            }
            catch (StorageException raced) when (raced.Kind == StorageErrorKind.AlreadyExists)
            {
                // Another process was faster; its directory is as good.
            }
            return disk.OpenDirectory(path);
        }
    }

    private static TempDirectory Create(
        IDisk disk, DirectoryHandle root, string instance, FileLock held)
    {
        try
        {
            var name = TempNames.Directory(instance);
            disk.MakeDirectory(root, name, DirectoryMode);
            return new TempDirectory(disk, root, instance, held, disk.OpenDirectory(root, name));
        }
        catch
        {
            disk.RemoveFile(root, TempNames.Lock(instance));
            held.Dispose();
            throw;
        }
    }

    private static string NewInstance()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt32(bytes).ToString(CultureInfo.InvariantCulture);
    }
}
