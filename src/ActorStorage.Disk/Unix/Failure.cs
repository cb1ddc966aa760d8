// SPDX-License-Identifier: Apache-2.0
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

/// <summary>Turns the errno of a failed call into the error that callers switch on.</summary>
internal static class Failure
{
    internal static StorageException Of(string call, string path) => Of(call, path, Stdlib.GetLastError());

    internal static StorageException Of(string call, string path, Errno errno)
    {
        var message = $"{call} {path}: {Describe(errno)}";
        return new StorageException(
            new StorageError(Kind(errno), message, path, NativeConvert.FromErrno(errno)));
    }

    /// <summary>For those who need more than the kind of what they caught.</summary>
    internal static Errno GetErrno(this StorageException failure) => NativeConvert.ToErrno(failure.Error.Errno);

    /// <summary>The C library's words, with a small first letter as the Go tools print them.</summary>
    internal static string Describe(Errno errno)
    {
        var text = Stdlib.strerror(errno);
        return text.Length == 0 ? errno.ToString() : char.ToLowerInvariant(text[0]) + text[1..];
    }

    private static StorageErrorKind Kind(Errno errno) => errno switch
    {
        Errno.ENOENT => StorageErrorKind.NotFound,
        Errno.EEXIST => StorageErrorKind.AlreadyExists,
        Errno.ENOSPC or Errno.EDQUOT => StorageErrorKind.NoSpace,
        Errno.EROFS => StorageErrorKind.ReadOnly,
        Errno.EACCES or Errno.EPERM => StorageErrorKind.AccessDenied,
        Errno.EBUSY => StorageErrorKind.InUse,
        Errno.ENOSYS or Errno.EOPNOTSUPP => StorageErrorKind.NotSupported,
        Errno.EFBIG => StorageErrorKind.TooLarge,
        Errno.ELOOP => StorageErrorKind.UnsafePath,
        _ => StorageErrorKind.Io,
    };
}
