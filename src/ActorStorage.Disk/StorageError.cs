// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>The closed set of ways in which a request can fail. Callers switch on it; the text is for people.</summary>
public enum StorageErrorKind
{
    /// <summary>No layer, image, container or item answers to that id or name.</summary>
    NotFound,
    /// <summary>The id is in use.</summary>
    AlreadyExists,
    /// <summary>The name is in use by another item of the same kind.</summary>
    NameTaken,
    /// <summary>Something mounted or recorded still needs it.</summary>
    InUse,
    /// <summary>Other layers are built on it.</summary>
    HasChildren,
    /// <summary>The parent layer is not in the store.</summary>
    ParentUnknown,
    /// <summary>A lock was not free before the deadline; the error names the holder.</summary>
    Locked,
    /// <summary>The file system or the store may not be written.</summary>
    ReadOnly,
    /// <summary>The archive is no tar, is cut short, or holds what a layer cannot hold.</summary>
    InvalidArchive,
    /// <summary>A path from outside leads out of the place it must stay in.</summary>
    UnsafePath,
    /// <summary>The bytes are not the ones the caller announced.</summary>
    DigestMismatch,
    /// <summary>A limit was exceeded.</summary>
    TooLarge,
    /// <summary>The file system is full, or a quota is.</summary>
    NoSpace,
    /// <summary>The kernel, the driver or this version cannot do it.</summary>
    NotSupported,
    /// <summary>What is on disk contradicts itself.</summary>
    Corrupt,
    /// <summary>An earlier failure left the store in doubt; it reloads before it works again.</summary>
    Poisoned,
    /// <summary>The caller gave up, or the engine is stopping.</summary>
    Cancelled,
    /// <summary>A queue is full: try again later.</summary>
    Busy,
    /// <summary>The caller's words make no sense: a malformed id, digest or option.</summary>
    Invalid,
    /// <summary>The process lacks the rights.</summary>
    AccessDenied,
    /// <summary>Any other failure of a system call.</summary>
    Io,
}

/// <summary>Why a request was refused.</summary>
/// <param name="Kind">What callers switch on.</param>
/// <param name="Message">One line for people; names the thing.</param>
/// <param name="Path">The file it is about, if there is one.</param>
/// <param name="Errno">The system call's errno, or 0.</param>
/// <param name="Holder">Who holds the lock, with <see cref="StorageErrorKind.Locked"/>.</param>
public sealed record StorageError(
    StorageErrorKind Kind, string Message, string? Path = null, int Errno = 0, LockHolder? Holder = null)
{
    /// <summary>Whether the same request may succeed later without anybody changing it.</summary>
    public bool CanRetry => Kind is StorageErrorKind.Locked or StorageErrorKind.NoSpace or StorageErrorKind.Busy
        or StorageErrorKind.Poisoned;

    /// <summary>The error a failure stands for. What has no name of its own becomes <see
    /// cref="StorageErrorKind.Io"/>.</summary>
    public static StorageError From(Exception cause) => cause switch
    {
        StorageException known => known.Error,
        AggregateException { InnerException: { } inner } => From(inner),
        OperationCanceledException => new StorageError(StorageErrorKind.Cancelled, "cancelled"),
        UnauthorizedAccessException => new StorageError(StorageErrorKind.AccessDenied, cause.Message),
        FileNotFoundException { FileName: { } path } => new StorageError(
            StorageErrorKind.NotFound, $"open {path}: no such file or directory", path),
        DirectoryNotFoundException => new StorageError(StorageErrorKind.NotFound, cause.Message),
        _ => new StorageError(StorageErrorKind.Io, cause.Message),
    };

    public override string ToString() => Message;
}

/// <summary>Carries a <see cref="StorageError"/> out of file code. It never crosses a mailbox.</summary>
public sealed class StorageException : Exception
{
    public StorageException(StorageError error, Exception? cause = null)
        : base(error.Message, cause) => Error = error;

    public StorageException(StorageErrorKind kind, string message, string? path = null, Exception? cause = null)
        : this(new StorageError(kind, message, path), cause)
    {
    }

    public StorageError Error { get; }

    public StorageErrorKind Kind => Error.Kind;
}
