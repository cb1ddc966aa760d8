// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;
using BenchmarkDotNet.Attributes;
using Mono.Unix.Native;

namespace ActorStorage.Bench;

/// <summary>A free lock taken and let go, in memory. The floor is two system calls that do nothing.</summary>
public class LockRoundTripBench
{
    private BenchRoot? _root;
    private FileLock? _lock;

    [GlobalSetup]
    public void Open()
    {
        _root = new BenchRoot();
        _lock = FileLock.Open(_root.Paths.LayersLock);
        _lock.WriteToken(new LinuxDisk(), LockToken.New(TimeProvider.System));
    }

    [GlobalCleanup]
    public void Close()
    {
        _lock?.Dispose();
        _root?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public int Call() => Syscall.getppid() + Syscall.getppid();

    [Benchmark]
    public bool TakeExclusive() => Take(LockMode.Exclusive);

    [Benchmark]
    public bool TakeShared() => Take(LockMode.Shared);

    /// <summary>What a warm read pays instead of a lock.</summary>
    [Benchmark]
    public LockToken ReadToken() => _lock!.ReadToken();

    private bool Take(LockMode mode)
    {
        var taken = _lock!.TryAcquire(mode);
        _lock.Release();
        return taken;
    }
}
