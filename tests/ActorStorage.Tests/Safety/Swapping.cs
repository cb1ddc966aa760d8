// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using Mono.Unix.Native;

namespace ActorStorage.Tests.Safety;

/// <summary>
/// Threads that, without a pause, exchange files and directories of a tree for symbolic links that lead to a canary,
/// and back again.
/// </summary>
internal sealed partial class Swapping : IDisposable
{
    private const int Here = -100;      // AT_FDCWD
    private const uint Exchange = 2;    // RENAME_EXCHANGE
    private const OpenFlags Flags =
        OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;

    private readonly Thread[] _threads;
    private long _swaps;
    private volatile bool _isOver;

    /// <param name="tree">Need not be there all the time.</param>
    /// <param name="names">What is exchanged, below the tree; one thread for each list.</param>
    /// <param name="links">A directory for the links while they are not in the tree. When it is the tree itself, what
    /// is exchanged never leaves that.</param>
    /// <param name="targetOf">Where the link for a name leads.</param>
    public Swapping(string tree, string[][] names, string links, Func<string, string> targetOf)
    {
        _threads =
        [
            .. names.Select((list, i) => new Thread(() => Swap(tree, list, $"{links}/swapped-{i}-", targetOf))),
        ];
        foreach (var thread in _threads) thread.Start();
    }

    /// <summary>How often something was exchanged until now.</summary>
    public long Count => Interlocked.Read(ref _swaps);

    public void Dispose()
    {
        _isOver = true;
        foreach (var thread in _threads) thread.Join();
    }

    private void Swap(string tree, string[] names, string prefix, Func<string, string> targetOf)
    {
        while (!_isOver)
        {
            for (var i = 0; i < names.Length; i++)
            {
                var link = $"{prefix}{i}";
                var isSwapped = false;
                var slash = names[i].LastIndexOf('/');
                if (Open(tree, names[i][..Math.Max(slash, 0)]) is >= 0 and var parent)
                {
                    isSwapped = Rename(parent, names[i][(slash + 1)..], Here, link, Exchange) == 0;
                    _ = Syscall.close(parent);
                }
                if (isSwapped) Interlocked.Increment(ref _swaps);
                else Link(targetOf(names[i]), link);     // fails when the link is there and the name is not
            }
        }
    }

    /// <summary>Follows no link: otherwise this would swap what is outside.</summary>
    private static int Open(string tree, string path)
    {
        var opened = Syscall.open(tree, Flags);
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (opened < 0) break;
            var above = opened;
            opened = Syscall.openat(above, name, Flags);
            _ = Syscall.close(above);
        }
        return opened;
    }

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(int fromAt, string from, int toAt, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "symlink", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string target, string path);
}
