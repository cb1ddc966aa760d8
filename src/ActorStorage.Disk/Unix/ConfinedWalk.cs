// SPDX-License-Identifier: Apache-2.0
using Mono.Unix.Native;

namespace ActorStorage.Disk.Unix;

/// <summary>
/// The meaning of openat2's RESOLVE_IN_ROOT for kernels before 5.6: every component is opened by itself without
/// following links, links are read and walked by us, and ".." pops a stack of handles, so that it cannot leave the root
/// even while directories are being moved.
/// </summary>
internal static class ConfinedWalk
{
    private const int LinksMax = 40;        // the kernel's own limit

    internal static int Open(DirectoryHandle root, string path, int flags)
    {
        var above = new Stack<int>();       // handles on the way down; the root itself is not on it
        try
        {
            var pending = new Stack<string>();
            Push(pending, path);
            for (var links = 0; pending.TryPop(out var name);)
            {
                var here = above.TryPeek(out var top) ? top : root.Descriptor;
                if (name is "." or "..")
                {
                    MustBeDirectory(here, $"{root.Path}/{path}");
                    if (name == ".." && above.TryPop(out var left)) _ = Syscall.close(left);
                    continue;
                }
                var next = NativeMethods.OpenPath(here, name);
                if (next < 0) throw Failure.Of("open", $"{root.Path}/{path}");
                if (LinkTarget(next) is not { } target)
                {
                    above.Push(next);
                    continue;
                }
                _ = Syscall.close(next);
                if (++links > LinksMax || (flags & NativeMethods.OpenNoFollow) != 0 && pending.Count == 0)
                    throw Failure.Of("open", $"{root.Path}/{path}", Errno.ELOOP);
                if (target.StartsWith('/')) Clear(above);
                Push(pending, target);
            }
            return Reopen(above.TryPeek(out var last) ? last : root.Descriptor, flags, $"{root.Path}/{path}");
        }
        finally
        {
            Clear(above);
        }
    }

    private static void Push(Stack<string> pending, string path)
    {
        foreach (var name in path.Split('/').Reverse())
        {
            if (name.Length > 0) pending.Push(name);
        }
    }

    private static void MustBeDirectory(int descriptor, string path)
    {
        var self = NativeMethods.OpenPath(descriptor, ".");
        if (self < 0) throw Failure.Of("open", path);
        _ = Syscall.close(self);
    }

    private static string? LinkTarget(int descriptor)
    {
        var buffer = new byte[4096];
        // An empty path reads the link that the handle itself stands for; anything but a link answers with an error.
        var length = Syscall.readlinkat(descriptor, "", buffer);
        return length >= 0 ? FileName.Decode(buffer.AsSpan(0, (int)length)) : null;
    }

    private static int Reopen(int descriptor, int flags, string path)
    {
        var opened = NativeMethods.Reopen(descriptor, flags & ~NativeMethods.OpenNoFollow);
        return opened >= 0 ? opened : throw Failure.Of("open", path);
    }

    private static void Clear(Stack<int> handles)
    {
        while (handles.TryPop(out var handle)) _ = Syscall.close(handle);
    }
}
