// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using Mono.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

/// <summary>
/// Opens a path that came from outside as if the given directory were "/": no "..", no absolute path and no symbolic
/// link leads out of it, whatever somebody else renames meanwhile. The kernel does it where it can (openat2 with
/// RESOLVE_IN_ROOT); elsewhere <see cref="ConfinedWalk"/> does, one component at a time.
/// </summary>
internal static class ConfinedOpen
{
    private const int AttemptsMax = 100;
    private static volatile bool _kernelCannot;

    /// <summary>An open descriptor that the caller owns.</summary>
    /// <param name="flags">As open(2) has them; Mono.Posix does not know all.</param>
    internal static int Open(DirectoryHandle root, string path, int flags)
    {
        if (_kernelCannot) return ConfinedWalk.Open(root, path, flags);
        var bytes = ArrayPool<byte>.Shared.Rent(UnixEncoding.Instance.GetMaxByteCount(path.Length) + 1);
        try
        {
            var length = UnixEncoding.Instance.GetBytes(path, 0, path.Length, bytes, 0);
            bytes[length] = 0;
            // EAGAIN: something was renamed while the kernel walked, so it cannot vouch for "..".
            for (var attempt = 0; attempt < AttemptsMax; attempt++)
            {
                var descriptor = Call(root.Descriptor, length == 0 ? "."u8 : bytes, flags);
                if (descriptor >= 0) return descriptor;
                var errno = Stdlib.GetLastError();
                if (errno == Errno.ENOSYS)
                {
                    _kernelCannot = true;
                    return ConfinedWalk.Open(root, path, flags);
                }
                if (errno is not (Errno.EAGAIN or Errno.EINTR)) throw Failure.Of("open", $"{root.Path}/{path}", errno);
            }
            throw Failure.Of("open", $"{root.Path}/{path}", Errno.EAGAIN);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static unsafe int Call(int root, ReadOnlySpan<byte> path, int flags)
    {
        var how = new NativeMethods.OpenHow
        {
            Flags = (ulong)flags,
            Resolve = NativeMethods.ResolveInRoot,
        };
        fixed (byte* start = path)
        {
            return (int)NativeMethods.OpenAt2Call(
                NativeMethods.OpenAt2, root, start, &how, (nuint)sizeof(NativeMethods.OpenHow));
        }
    }
}
