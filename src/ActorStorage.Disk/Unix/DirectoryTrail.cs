// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Unix;

/// <summary>
/// The way down from one directory to another below it. Depth is limited by memory alone: only the deepest few
/// directories are open. One further up is opened again from below and must then be the one it was.
/// </summary>
/// <param name="top">Where the way begins; it stays the caller's.</param>
/// <param name="openMax">How many directories below the top are open at once.</param>
internal sealed class DirectoryTrail(IDisk disk, DirectoryHandle top, int openMax = 16) : IDisposable
{
    private readonly List<Step> _steps = [];

    /// <summary>The directory where the way ends now. Open until the next step.</summary>
    internal DirectoryHandle Current => _steps.Count == 0 ? top : _steps[^1].Handle!;

    internal int Depth => _steps.Count;

    /// <summary>Goes into a directory, which must not be a symbolic link.</summary>
    internal void Enter(string name)
    {
        var handle = disk.OpenDirectory(Current, name);
        _steps.Add(new Step(name, handle));
        if (_steps.Count <= openMax) return;
        var above = _steps[^(openMax + 1)];
        if (above.Handle is null) return;
        var status = disk.Status(above.Handle);
        (above.Device, above.Inode) = (status.Device, status.Inode);
        above.Close();
    }

    internal void Leave()
    {
        var left = _steps[^1];
        if (_steps.Count > 1) _steps[^2].Handle ??= Reopened(_steps[^2], left.Handle!);
        left.Close();
        _steps.RemoveAt(_steps.Count - 1);
    }

    /// <summary>Goes to the directory of a path below the top, the shortest way.</summary>
    /// <param name="path">Names joined by separators; empty for the top itself.</param>
    internal void MoveTo(string path)
    {
        var names = path.Length == 0 ? [] : path.Split('/');
        var common = 0;
        while (common < names.Length && common < _steps.Count && _steps[common].Name == names[common]) common++;
        while (_steps.Count > common) Leave();
        for (; common < names.Length; common++) Enter(names[common]);
    }

    public void Dispose()
    {
        foreach (var step in _steps) step.Close();
        _steps.Clear();
    }

    private DirectoryHandle Reopened(Step above, DirectoryHandle below)
    {
        var handle = disk.OpenDirectory(below, "..");
        var status = disk.Status(handle);
        if (status.Inode == above.Inode && status.Device == above.Device) return handle;
        handle.Dispose();
        throw new StorageException(
            StorageErrorKind.UnsafePath,
            $"{below.Path}: the directory {Quoted.Text(above.Name)} was moved while what is below it was looked at");
    }

    private sealed class Step(string name, DirectoryHandle handle)
    {
        internal string Name => name;
        internal DirectoryHandle? Handle { get; set; } = handle;
        internal ulong Device { get; set; }
        internal ulong Inode { get; set; }

        internal void Close()
        {
            Handle?.Dispose();
            Handle = null;
        }
    }
}
