// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk.Extract;
using ActorStorage.Disk.Unix;
using Xunit.Abstractions;

namespace ActorStorage.Tests.Safety;

/// <summary>
/// Mutated archives, one after another, for 10 s or as long as ACTORSTORAGE_FUZZ_SECONDS says. A failure names the
/// number of the archive; with that number as ACTORSTORAGE_FUZZ_FIRST it is the first one.
/// </summary>
[Collection(nameof(AloneInTheProcess))]
public sealed partial class ReadPathFuzzSpec(ITestOutputHelper output) : IDisposable
{
    private const int LookEvery = 250;
    private const long GrowthBytesMax = 48 << 20;
    private const long PeakBytesMax = 1536L << 20;
    private static readonly TimeSpan OneMax = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(
        Setting("ACTORSTORAGE_FUZZ_SECONDS", Everything.Else(10, all: 20)));
    private static readonly int First = Setting("ACTORSTORAGE_FUZZ_FIRST", 1);

    private readonly string _directory = Directory.CreateTempSubdirectory("actor-storage-test-").FullName;
    private readonly Dictionary<string, int> _refusals = new(StringComparer.Ordinal);
    private readonly Stopwatch _running = new();
    private long _sinceMilliseconds;
    private int _number;
    private int _taken;
    private long _managedBefore;
    private Exception? _fault;

    public void Dispose()
    {
        var disk = new LinuxDisk();
        using var parent = disk.OpenDirectory(Path.GetDirectoryName(_directory)!);
        TreeUnlink.Remove(disk, parent, Path.GetFileName(_directory));
    }

    [Fact]
    public void Should_only_take_or_refuse_an_archive_whatever_it_is()
    {
        var canary = new Canary(
            Path.Combine(_directory, "outside"), ["inner", "d"], ["secret", "inner/deep", "a", "d/f", "x"]);
        var archives = new MutatedArchives(canary.Path);
        _number = First;
        _running.Start();
        var worker = new Thread(() => Fuzz(archives, canary)) { IsBackground = true };
        worker.Start();
        while (!worker.Join(OneMax / 5))
        {
            var oneMilliseconds = _running.ElapsedMilliseconds - Volatile.Read(ref _sinceMilliseconds);
            Assert.True(oneMilliseconds < OneMax.TotalMilliseconds, $"archive {_number} takes more than {OneMax}");
        }
        Report();
        if (_fault is not null) throw new InvalidOperationException($"archive {_number}", _fault);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - _managedBefore;
        Assert.True(grown < GrowthBytesMax, $"{grown >> 20} MiB more are in use than at the beginning");
        using var process = Process.GetCurrentProcess();
        Assert.True(process.PeakWorkingSet64 < PeakBytesMax, $"{process.PeakWorkingSet64 >> 20} MiB were in use");
        Assert.True(_taken > 0 && _refusals.Count > 0, $"{_taken} taken, {_refusals.Count} kinds of refusals");
    }

    private void Fuzz(MutatedArchives archives, Canary canary)
    {
        try
        {
            var stage = Path.Combine(_directory, "stage");
            Directory.CreateDirectory(stage);
            var path = new ReadPath(stage);
            for (var count = 0; _running.Elapsed < Duration; count++, _number++)
            {
                Volatile.Write(ref _sinceMilliseconds, _running.ElapsedMilliseconds);
                var whiteouts = _number % 3 == 0 ? WhiteoutHandling.Execute : WhiteoutHandling.Represent;
                if (path.Run(archives.Make(_number), whiteouts) is { } refusal) Count(refusal);
                else _taken++;
                canary.AssertUntouched($"archive {_number}");
                if (count % LookEvery > 0) continue;
                Assert.Empty(Directory.GetFileSystemEntries(stage));
                Assert.Equal(["outside", "stage"], Directory.GetFileSystemEntries(_directory)
                    .Select(Path.GetFileName).Order(StringComparer.Ordinal));
                Assert.Empty(OpenBelow());
                if (count == LookEvery) _managedBefore = GC.GetTotalMemory(forceFullCollection: true);
            }
        }
        catch (Exception fault)
        {
            _fault = fault;
        }
    }

    /// <summary>Refusals are the same when only names and numbers are others.</summary>
    private void Count(string refusal)
    {
        var kind = Named().Replace(refusal.Replace(_directory, "", StringComparison.Ordinal), "*");
        if (kind.Length > 200) kind = kind[..200];
        _refusals[kind] = _refusals.GetValueOrDefault(kind) + 1;
    }

    /// <summary>What of ours is open in this process.</summary>
    private string[] OpenBelow() => [.. Directory.GetFileSystemEntries("/proc/self/fd")
        .Select(link => new FileInfo(link).LinkTarget ?? "")
        .Where(target => target.StartsWith(_directory, StringComparison.Ordinal))];

    private void Report()
    {
        using var process = Process.GetCurrentProcess();
        var count = _number - First;
        output.WriteLine(
            $"{count} archives in {_running.Elapsed.TotalSeconds:f0} s,"
            + $" {count / _running.Elapsed.TotalSeconds:f0} a second;"
            + $" {_taken} taken, {_refusals.Count} kinds of refusals; {process.PeakWorkingSet64 >> 20} MiB at most,"
            + $" managed {_managedBefore >> 20} MiB at first, {GC.GetTotalMemory(true) >> 20} MiB at last");
        foreach (var (kind, times) in _refusals.OrderByDescending(each => each.Value))
            output.WriteLine($"{times} {kind}");
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;

    [GeneratedRegex("\"([^\"\\\\]|\\\\.)*\"|/[^ :]+|[0-9]+")]
    private static partial Regex Named();
}
