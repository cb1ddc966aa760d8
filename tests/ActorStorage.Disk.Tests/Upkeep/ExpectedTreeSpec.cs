// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Tests.Extract;

namespace ActorStorage.Disk.Tests.Upkeep;

/// <summary>Whatever an archive does, a layer that was made from it is not damaged.</summary>
public sealed class ExpectedTreeSpec
{
    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_expect_of_every_archive_what_unpacking_it_has_made(string driver)
    {
        using var root = new UpkeepRoot(driver);
        var outside = root["outside"];
        Directory.CreateDirectory(outside);
        File.WriteAllText($"{outside}/canary", "sings");
        var made = new Dictionary<string, string>();
        foreach (var (name, archive) in ArchiveCases.All)
        {
            if (root.TryImport(archive(outside)) is { } layer) made.Add(layer.Value, name);
        }

        var report = root.Check();

        Assert.True(made.Count > 50, $"only {made.Count} archives could be unpacked at all");
        Assert.Equal("", Modified(report, made));
    }

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    public void Should_expect_of_every_archive_what_it_does_to_the_layer_below(string driver)
    {
        using var root = new UpkeepRoot(driver);
        var outside = root["outside"];
        var below = root.Import(Below());
        var made = new Dictionary<string, string>();
        foreach (var (name, archive) in ArchiveCases.All)
        {
            if (root.TryImport(archive(outside), below) is not { } layer) continue;
            made.Add(layer.Value, name);
            // What is seen in between must be seen the same way from above.
            made.Add(root.Import(new TestArchive().File("last"), layer).Value, $"above {name}");
        }

        var report = root.Check();

        Assert.True(made.Count > 50, $"only {made.Count} archives could be unpacked at all");
        Assert.Equal("", Modified(report, made));
    }

    /// <summary>Files that a later entry of the same archive has replaced cannot be given back, which is true, and
    /// what every engine says.</summary>
    private static string Modified(CheckReport report, Dictionary<string, string> made) => string.Join('\n', report
        .Layers.SelectMany(each => each.Value.Select(line => $"{made[each.Key]}: {line}"))
        .Where(line => !line.Contains("file integrity checksum failed", StringComparison.Ordinal)));

    /// <summary>Has names that the cases hide, replace and add to.</summary>
    private static TestArchive Below() => new TestArchive()
        .Directory("d/", 0x1c0).File("d/f", "below").File("d/x").Directory("d/e/").File("d/e/g").Symlink("d/l", "f")
        .Directory("a/").Directory("a/b/").File("a/b/h").File("f").File("y").Directory("n/").File("n/z")
        .Directory("etc/").Symlink("l", "etc").Symlink("s", "etc").HardLink("g", "f");
}
