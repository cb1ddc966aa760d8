// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;
using Mono.Unix.Native;

namespace ActorStorage.Disk.Tests.Unix;

/// <summary>The kernel's confinement and our own walk must give the same answers.</summary>
public sealed class ConfinedOpenSpec : IDisposable
{
    private static readonly int Flags = NativeConvert.FromOpenFlags(
        OpenFlags.O_RDONLY | OpenFlags.O_CLOEXEC | OpenFlags.O_DIRECTORY);

    private readonly TemporaryDirectory _directory = new();
    private readonly LinuxDisk _disk = new();

    public ConfinedOpenSpec()
    {
        Directory.CreateDirectory(_directory["root/a/b"]);
        Directory.CreateDirectory(_directory["root/etc"]);
        Directory.CreateDirectory(_directory["outside"]);
        File.WriteAllText(_directory["root/a/file"], "");
        File.CreateSymbolicLink(_directory["root/absolute"], "/etc");
        File.CreateSymbolicLink(_directory["root/up"], "../../../../etc");
        File.CreateSymbolicLink(_directory["root/outside"], _directory["outside"]);
        File.CreateSymbolicLink(_directory["root/loop"], "loop");
        File.CreateSymbolicLink(_directory["root/a/b/back"], "../b");
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("", "root")]
    [InlineData(".", "root")]
    [InlineData("a/b", "root/a/b")]
    [InlineData("/a//b/.", "root/a/b")]
    [InlineData("../../a", "root/a")]
    [InlineData("a/../..", "root")]
    [InlineData("absolute", "root/etc")]
    [InlineData("up", "root/etc")]
    [InlineData("a/b/back/back", "root/a/b")]
    [InlineData("outside", null)]
    [InlineData("loop", null)]
    [InlineData("a/file", null)]
    [InlineData("a/file/..", null)]
    [InlineData("a/file/.", null)]
    [InlineData("missing", null)]
    public void Should_stay_inside_the_root_whoever_resolves(string path, string? expected)
    {
        using var root = _disk.OpenDirectory(_directory["root"]);

        Assert.Equal(expected, Reached(() => ConfinedOpen.Open(root, path, Flags)));
        Assert.Equal(expected, Reached(() => ConfinedWalk.Open(root, path, Flags)));
    }

    private string? Reached(Func<int> open)
    {
        try
        {
            using var handle = new DirectoryHandle(open(), "");
            var real = new FileInfo($"/proc/self/fd/{handle.Descriptor}").LinkTarget!;
            return Path.GetRelativePath(_directory.Path, real);
        }
        catch (StorageException refused)
        {
            Assert.NotEqual(0, refused.Error.Errno);
            return null;
        }
    }
}
