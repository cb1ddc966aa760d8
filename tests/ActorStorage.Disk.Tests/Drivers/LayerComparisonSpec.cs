// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Tests.Diff;
using ActorStorage.Disk.Tests.Extract;

namespace ActorStorage.Disk.Tests.Drivers;

/// <summary>What layers change, compared with what the other engine says on the same root.</summary>
public sealed class LayerComparisonSpec
{
    private static readonly TestArchive Base = new TestArchive()
        .File("big", new string('x', 100_000)).Directory("d/").File("d/f").Directory("moved/").File("moved/g")
        .File("kept");

    [SkippableTheory]
    [InlineData("overlay")]
    [InlineData("vfs")]
    [InlineData("overlay", "overlay.mountopt=metacopy=on")]
    [InlineData("overlay", "overlay.mountopt=nodev,redirect_dir=on")]
    public void Should_say_what_the_go_engine_says_of_an_edited_layer(string driver, params string[] options)
    {
        using var root = new DriverRoot(driver, options);
        string[] storage = [.. options.SelectMany(option => (string[])["--storage-opt", option])];
        var below = root.Put(Base);
        var layer = root.Put(null, below);
        Edit(root.Mount(layer), isMoving: options.Length > 0);
        root.Unmount(layer);
        Compare(root, layer, below, below, storage);
        Compare(root, layer, below, null, storage);
    }

    private static void Compare(
        DriverRoot root, LayerRecord layer, LayerRecord below, LayerRecord? reference, string[] storage)
    {
        // The other engine takes an empty reference for the parent, so only the layer below stands for no parent.
        var subject = reference is null ? below : layer;
        using var comparison = new LayerComparison(root.Disk, root.Driver, root.Area, subject, reference);

        var changes = comparison.Changes(CancellationToken.None);

        var said = root.Go([.. storage, "changes", "-j", subject.Id.Value]);
        Assert.Equal(GoChanges.Parse([said]), GoChanges.Of(changes));
        Assert.Equal(
            root.Go([.. storage, "diffsize", subject.Id.Value]),
            $"{comparison.SizeBytes(CancellationToken.None)}");
        if (reference is null) return;
        root.Go([.. storage, "diff", "-u", "-f", root.Temporary("theirs"), subject.Id.Value]);
        var ours = new MemoryStream();
        comparison.WriteTar(ours, DateTimeOffset.UnixEpoch, CancellationToken.None);
        Assert.Equal(Members(File.ReadAllBytes(root.Temporary("theirs"))), Members(ours.ToArray()));
    }

    private static void Edit(string tree, bool isMoving)
    {
        File.SetUnixFileMode($"{tree}/big", UnixFileMode.UserRead);
        File.Delete($"{tree}/d/f");
        File.WriteAllText($"{tree}/d/new", "new");
        if (isMoving) Directory.Move($"{tree}/moved", $"{tree}/elsewhere");
    }

    /// <summary>Of what was deleted, the other engine writes the time of writing when it compares trees.</summary>
    private static IEnumerable<string> Members(byte[] archive) => TarMembers.Of(archive).Select(
        line => Regex.IsMatch(line, @"^(.*/)?\.wh\.") ? line.Split(' ')[0] : line);
}
