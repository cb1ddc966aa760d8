// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.TestKit.Faults;

/// <summary>
/// The real disk, with somebody who is asked before each call and told after each effect: what a test's own disk
/// derives from. The effects are in the other part.
/// </summary>
public abstract partial class ObservedDisk : IDisk
{
    private readonly LinuxDisk _disk = new();

    /// <summary>Before a call that changes nothing. What it throws is what the call throws.</summary>
    protected virtual void BeforeLook()
    {
    }

    /// <summary>Before an effect. What it throws is what the call throws, and nothing has changed then.</summary>
    protected abstract void Before(DiskEffect effect);

    /// <summary>After an effect that did not fail.</summary>
    protected virtual void After(DiskEffect effect)
    {
    }

    /// <summary>A handle that the caller has now.</summary>
    protected virtual void Opened(IDisposable handle)
    {
    }

    public virtual DirectoryHandle OpenDirectory(string absolutePath) => Look(() => _disk.OpenDirectory(absolutePath));

    public DirectoryHandle OpenDirectory(DirectoryHandle at, string name) => Look(() => _disk.OpenDirectory(at, name));

    public DirectoryHandle OpenApart(string absolutePath) => Look(() => _disk.OpenApart(absolutePath));

    public DirectoryHandle OpenBelow(DirectoryHandle root, string path) => Look(() => _disk.OpenBelow(root, path));

    public virtual FileHandle OpenFile(DirectoryHandle at, string name) => Look(() => _disk.OpenFile(at, name));

    public FileHandle OpenFileBelow(DirectoryHandle root, string path) => Look(() => _disk.OpenFileBelow(root, path));

    public FileStatus? Status(DirectoryHandle at, string name) => Look(() => _disk.Status(at, name));

    public FileStatus Status(DirectoryHandle directory) => Look(() => _disk.Status(directory));

    public FileStatus Status(FileHandle file) => Look(() => _disk.Status(file));

    public virtual long FreeBytes(DirectoryHandle directory) => Look(() => _disk.FreeBytes(directory));

    public IReadOnlyList<string> List(DirectoryHandle directory) => Look(() => _disk.List(directory));

    public string ReadLink(DirectoryHandle at, string name) => Look(() => _disk.ReadLink(at, name));

    public (long Start, long End)? NextWritten(FileHandle file, long offset) =>
        Look(() => _disk.NextWritten(file, offset));

    public byte[]? Xattr(DirectoryHandle at, string name, string attribute) =>
        Look(() => _disk.Xattr(at, name, attribute));

    public byte[]? Xattr(DirectoryHandle directory, string attribute) => Look(() => _disk.Xattr(directory, attribute));

    public IReadOnlyList<string> XattrNames(DirectoryHandle at, string name) => Look(() => _disk.XattrNames(at, name));

    public bool IsMountPoint(string path) => Look(() => _disk.IsMountPoint(path));

    public IReadOnlyList<string> MountsBelow(DirectoryHandle at, string name) =>
        Look(() => _disk.MountsBelow(at, name));

    public int Read(FileHandle file, Span<byte> buffer)
    {
        BeforeLook();
        return _disk.Read(file, buffer);
    }

    public int ReadAt(FileHandle file, long offset, Span<byte> buffer)
    {
        BeforeLook();
        return _disk.ReadAt(file, offset, buffer);
    }

    public void MoveTo(FileHandle file, long position)
    {
        BeforeLook();
        _disk.MoveTo(file, position);
    }

    /// <summary>Shares blocks of equal bytes: nothing that anybody could see changes.</summary>
    public long DeduplicateRange(FileHandle source, FileHandle target, long offset, long lengthBytes) =>
        Look(() => _disk.DeduplicateRange(source, target, offset, lengthBytes));

    private T Look<T>(Func<T> call)
    {
        BeforeLook();
        var answer = call();
        if (answer is DirectoryHandle or FileHandle) Opened((IDisposable)answer);
        return answer;
    }
}
