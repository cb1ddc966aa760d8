// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Extract;

[Collection(nameof(AloneInTheProcess))]
public sealed class LateDirectoriesSpec : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LinuxDisk _disk = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(3)]
    [InlineData(20_000)]
    public void Should_give_back_what_it_was_given_in_order_and_leave_nothing(int count)
    {
        using var root = _disk.OpenDirectory(_directory.Path);
        using var directories = new LateDirectories(_disk, root);
        var given = Enumerable.Range(0, count).Select(Given).ToList();

        foreach (var (path, times) in given) directories.Add(path, times);

        Assert.Equal(given, directories.Take());
        Assert.Empty(directories.Take());
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public void Should_need_no_more_memory_when_there_are_more()
    {
        using var root = _disk.OpenDirectory(_directory.Path);
        using var directories = new LateDirectories(_disk, root);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var number = 0; number < 200_000; number++) directories.Add(Given(number).Path, Given(number).Times);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < 1 << 20, $"{grown} bytes more are in use");
    }

    private static (EntryPath Path, EntryTimes Times) Given(int number) => (
        number switch
        {
            0 => EntryPath.Clean("/"),
            1 => EntryPath.Clean("n\0\u00ff/d"),
            _ => EntryPath.Clean($"{new string('x', number % 300)}/d{number}"),
        },
        new EntryTimes(new FileTime(-number, number), new FileTime(long.MaxValue - number, 999_999_999)));
}
