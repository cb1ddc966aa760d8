// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Tests.Locking;

/// <summary>Takes the descriptors of the whole process away.</summary>
[Collection(nameof(AloneInTheProcess))]
public sealed partial class LockHolderNameSpec : IDisposable
{
    private const int DescriptorsLimit = 7;     // RLIMIT_NOFILE
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("as-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Should_name_nobody_when_no_descriptor_is_left_to_look_with()
    {
        var path = Path.Combine(_directory.FullName, "file.lock");
        using var holder = FileLock.Open(path);
        using var waiting = FileLock.Open(path);
        Assert.True(holder.TryAcquire(LockMode.Exclusive));
        Assert.Equal(Environment.ProcessId, waiting.FindHolder(LockMode.Exclusive)?.Pid);
        Assert.Equal(0, Get(DescriptorsLimit, out var limit));

        LockHolder? named;
        Assert.Equal(0, Set(DescriptorsLimit, limit with { Soft = 3 }));
        try
        {
            named = waiting.FindHolder(LockMode.Exclusive);
        }
        finally
        {
            Assert.Equal(0, Set(DescriptorsLimit, limit));
        }

        Assert.Null(named);
    }

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int Get(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int Set(int resource, in Limit limit);

    private readonly record struct Limit(nuint Soft, nuint Hard);
}
