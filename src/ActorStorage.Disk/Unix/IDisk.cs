// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Unix;

/// <summary>
/// Every effect on the file system, one method each: the one seam between this engine and the kernel. Another
/// implementation can record the effects, stall them, or stop at the n-th and forget what was not synced. Only locks
/// are beside it: <see cref="FileLock"/> opens their files, and makes them with the directories above if they are
/// missing.
/// </summary>
/// <remarks>
/// A <c>name</c> is one component, or a relative path of components that this engine itself made; it is resolved below
/// the directory and its last component is never followed when it is a symbolic link. Paths that come from an archive
/// go through <see cref="OpenBelow"/> first. Names that are not UTF-8 are carried as <see
/// cref="Mono.Unix.UnixEncoding"/>
/// does it. Every method throws <see cref="StorageException"/> with the errno and the path when the call fails.
/// All calls block: they belong on the engine's own threads.
/// </remarks>
public interface IDisk
{
    // Opening and asking.
    DirectoryHandle OpenDirectory(string absolutePath);
    DirectoryHandle OpenDirectory(DirectoryHandle at, string name);

    /// <summary>
    /// Opens a directory through a private mount of its own, that has no place in the tree. Names below it are never
    /// on another mount, whatever others mount or unmount at its path meanwhile, and the handle keeps nobody from
    /// unmounting. Where the kernel or the rights do not allow it, an ordinary handle.
    /// </summary>
    DirectoryHandle OpenApart(string absolutePath);

    /// <summary>
    /// Opens a directory by an untrusted path: ".." and symbolic links, absolute ones too, stay inside
    /// <paramref name="root"/> as if it were "/".
    /// </summary>
    DirectoryHandle OpenBelow(DirectoryHandle root, string path);

    /// <summary>
    /// Opens an existing regular file for reading, or a directory for its attributes. A symbolic link as last component
    /// is refused, and so is a device, a fifo or a socket, without having been opened.
    /// </summary>
    FileHandle OpenFile(DirectoryHandle at, string name);

    /// <summary>Like <see cref="OpenFile"/> for an untrusted path; symbolic links are followed inside the
    /// root.</summary>
    FileHandle OpenFileBelow(DirectoryHandle root, string path);

    /// <summary>The status of the name itself (links are not followed), or null when there is none.</summary>
    FileStatus? Status(DirectoryHandle at, string name);
    FileStatus Status(DirectoryHandle directory);
    FileStatus Status(FileHandle file);

    /// <summary>How much this process may still write to the file system on which the directory lies. A disk that does
    /// not know has no end.</summary>
    long FreeBytes(DirectoryHandle directory) => long.MaxValue;

    /// <summary>The names in a directory without "." and "..", in no order.</summary>
    IReadOnlyList<string> List(DirectoryHandle directory);
    string ReadLink(DirectoryHandle at, string name);

    // Creating.
    void MakeDirectory(DirectoryHandle at, string name, uint mode);

    /// <summary>Creates a file that must not exist, open for writing. The process's umask applies to the
    /// mode.</summary>
    FileHandle CreateFile(DirectoryHandle at, string name, uint mode);

    /// <summary>Creates a file without a name (O_TMPFILE); null when the file system cannot.</summary>
    FileHandle? CreateUnnamed(DirectoryHandle at, uint mode);

    /// <summary>Gives a file made by <see cref="CreateUnnamed"/> its name, which must be free.</summary>
    void LinkUnnamed(FileHandle file, DirectoryHandle at, string name);
    void MakeSymlink(string target, DirectoryHandle at, string name);
    void MakeLink(DirectoryHandle fromAt, string fromName, DirectoryHandle toAt, string toName);
    void MakeNode(DirectoryHandle at, string name, FileKind kind, uint mode, uint major, uint minor);

    // Bytes.
    int Read(FileHandle file, Span<byte> buffer);

    /// <summary>Reads from a place in the file, wherever the file's own position is; 0 at its end.</summary>
    int ReadAt(FileHandle file, long offset, Span<byte> buffer);
    void Write(FileHandle file, ReadOnlySpan<byte> bytes);

    /// <summary>Writes over a place in the file, wherever the file's own position is, and stays there.</summary>
    void WriteAt(FileHandle file, long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Moves the end of a file, where its position is, and leaves zeros behind that take no room.</summary>
    void WriteHole(FileHandle file, long lengthBytes);

    /// <summary>
    /// Where the next bytes that were written begin, at or behind an offset, and where they end, at a hole or at the
    /// end of the file; null when there are no more. Where nobody knows about holes everything counts as written. The
    /// file's own position may be any afterwards.
    /// </summary>
    (long Start, long End)? NextWritten(FileHandle file, long offset);
    void MoveTo(FileHandle file, long position);

    /// <summary>
    /// Lets an empty file have another one's content by sharing its blocks. False when the file system cannot.
    /// </summary>
    bool TryClone(FileHandle source, FileHandle target);

    /// <summary>
    /// Copies inside the kernel, from the position of one file to that of the other. How many bytes, 0 at the end of
    /// the source; null when the kernel cannot for these two.
    /// </summary>
    long? CopyRange(FileHandle source, FileHandle target, long lengthBytes);

    /// <summary>
    /// Lets two files share the blocks of a range that is the same in both, which the kernel checks. How many bytes are
    /// shared from the offset on: fewer than asked for when the kernel stopped early, 0 when the bytes differ.
    /// </summary>
    /// <exception cref="StorageException">NotSupported: the file system cannot share blocks.</exception>
    long DeduplicateRange(FileHandle source, FileHandle target, long offset, long lengthBytes);

    // Attributes. Modes are never changed through a symbolic link.
    void SetOwner(DirectoryHandle at, string name, uint userId, uint groupId);
    void SetOwner(DirectoryHandle directory, uint userId, uint groupId);
    void SetOwner(FileHandle file, uint userId, uint groupId);
    void SetMode(DirectoryHandle at, string name, uint mode);
    void SetMode(DirectoryHandle directory, uint mode);
    void SetMode(FileHandle file, uint mode);
    void SetTimes(DirectoryHandle at, string name, FileTime accessedAt, FileTime modifiedAt);
    void SetTimes(DirectoryHandle directory, FileTime accessedAt, FileTime modifiedAt);
    void SetTimes(FileHandle file, FileTime accessedAt, FileTime modifiedAt);

    /// <summary>For an untrusted path: symbolic links, the last one too, are followed inside the root. What is there is
    /// not opened, so it may be a device.</summary>
    void SetTimesBelow(DirectoryHandle root, string path, FileTime accessedAt, FileTime modifiedAt);
    void SetXattr(DirectoryHandle at, string name, string attribute, ReadOnlySpan<byte> value);
    void SetXattr(DirectoryHandle directory, string attribute, ReadOnlySpan<byte> value);
    void SetXattr(FileHandle file, string attribute, ReadOnlySpan<byte> value);

    /// <summary>As <see cref="SetTimesBelow"/>.</summary>
    void SetXattrBelow(DirectoryHandle root, string path, string attribute, ReadOnlySpan<byte> value);

    /// <summary>The value, or null when the file or its file system has no such attribute.</summary>
    byte[]? Xattr(DirectoryHandle at, string name, string attribute);
    byte[]? Xattr(DirectoryHandle directory, string attribute);

    /// <summary>Whether there was such an attribute.</summary>
    bool RemoveXattr(DirectoryHandle directory, string attribute);
    IReadOnlyList<string> XattrNames(DirectoryHandle at, string name);

    /// <summary>
    /// Takes the immutable and append-only marks off a file or directory, "." included. Whether there were any.
    /// </summary>
    bool ClearProtection(DirectoryHandle at, string name);

    // Moving and removing.
    /// <summary>Replaces what stood under the new name, as rename(2) does.</summary>
    void Rename(DirectoryHandle fromAt, string fromName, DirectoryHandle toAt, string toName);

    /// <summary>Whether there was such a file.</summary>
    bool RemoveFile(DirectoryHandle at, string name);

    /// <summary>Whether there was such a directory. It must be empty.</summary>
    bool RemoveDirectory(DirectoryHandle at, string name);

    // Durability.
    void Sync(FileHandle file);
    void SyncData(FileHandle file);
    void Sync(DirectoryHandle directory);

    /// <summary>Flushes the whole file system that holds the directory (syncfs).</summary>
    void SyncFileSystem(DirectoryHandle directory);

    // Mounts. These take absolute paths, as mount(2) does.
    void BindMount(string source, string target);
    void MakePrivate(string mountPoint);

    /// <summary>
    /// Mounts an overlay of any depth the kernel allows (500). The working directory of the process stays what it is.
    /// </summary>
    void MountOverlay(OverlayStack stack, string target, MountFlags flags);

    /// <summary>Detaches a mount, also when it is busy. Whether something was mounted there.</summary>
    bool Unmount(string mountPoint);
    bool IsMountPoint(string path);

    /// <summary>Where something is mounted on the name itself or below it; the deepest and the topmost first.</summary>
    IReadOnlyList<string> MountsBelow(DirectoryHandle at, string name);
}
