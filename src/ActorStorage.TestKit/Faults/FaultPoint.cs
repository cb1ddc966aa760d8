// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using System.Text.RegularExpressions;
using ActorStorage.Disk;

namespace ActorStorage.TestKit.Faults;

/// <summary>
/// A named moment of staging, commit or deletion, as an effect on the disk. Names stay; when the engine has no such
/// effect any more, the name remains and its summary says so.
/// </summary>
/// <remarks>The order of the effects of one operation is told in src/README.md.</remarks>
public sealed class FaultPoint
{
    // Where trees are made and where deleted ones wait; but for what overlay writes there itself; likewise for files.
    private const string Trees = @"/tempdirs/temp-dir-\d+/";
    private const string NotOfDriver =
        "(?!(?<=/overlay/tempdirs/[^/]+/[^/]+/)(link|lower|lower-layers|uncommitted)$)";

    private const string InTree = Trees + "[^/]+/" + NotOfDriver;
    private const string Files = @"-layers/tmp/temp-dir-\d+/";
    private const string Index = @"/(volatile-)?layers\.json";
    private const string UnfinishedIndex = @"/\.tmp-(volatile-)?layers\.json\d+$";

    /// <summary>What layers hold, which may be called anything: as the store's own files, for instance.</summary>
    private static readonly Regex Content = new(
        @"/overlay/(tempdirs/temp-dir-\d+/)?[^/]+/diff/|/vfs/(dir|tempdirs/temp-dir-\d+)/[^/]+/",
        RegexOptions.CultureInvariant);

    private FaultPoint(string name, string summary, Func<DiskEffect, bool> matches) =>
        (Name, Summary, Matches) = (name, summary, matches);

    public static FaultPoint AnyEffect { get; } = new("any", "every effect", _ => true);

    public static FaultPoint StageBegin { get; } = On(
        "stage.begin", "a directory for a layer's tree is made, which nobody sees", Trees + "[^/]+$",
        EffectKind.MakeDirectory);

    public static FaultPoint StageFile { get; } = Within(
        "stage.file", "a file of the layer is made", InTree, EffectKind.CreateFile);

    public static FaultPoint StageWrite { get; } = Within(
        "stage.write", "bytes of a file of the layer are written", InTree, EffectKind.Write);

    public static FaultPoint StageTarSplit { get; } = On(
        "stage.tar-split", "bytes of the tar-split file are written", Files, EffectKind.Write);

    public static FaultPoint StageMark { get; } = On(
        "stage.mark", "the staged tree of an overlay layer gets the mark by which recovery finds it",
        "/overlay" + Trees + "[^/]+/uncommitted$", EffectKind.CreateFile);

    public static FaultPoint StageFlush { get; } = new(
        "stage.flush", "the file system is flushed, with staging.flush = filesystem; a file or a directory of the "
        + "staged tree is, with tree, which passes this once for each of them",
        effect => effect.Kind == EffectKind.SyncFileSystem
            || (effect.Kind == EffectKind.Sync && Regex.IsMatch(effect.Path, $"{Trees}[^/]+($|/{NotOfDriver})")));

    public static FaultPoint CommitIndexWrite { get; } = On(
        "commit.index-write", "the new index of layers is written under a temporary name; a deletion passes this and "
        + "what follows twice: the first index marks the layer as incomplete, the second one forgets it",
        UnfinishedIndex, EffectKind.Write);

    public static FaultPoint CommitIndexSync { get; } = On(
        "commit.index-sync", "the new index is synced", UnfinishedIndex, EffectKind.Sync);

    public static FaultPoint CommitToken { get; } = On(
        "commit.token", "the token in layers.lock is replaced", @"-layers/layers\.lock$", EffectKind.Write);

    public static FaultPoint CommitTree { get; } = new(
        "commit.tree", "the staged tree is renamed into its place",
        effect => effect.Kind == EffectKind.Rename && Regex.IsMatch(effect.From!, Trees + "[^/]+$")
            && !Regex.IsMatch(effect.Path, Trees) && !Content.IsMatch(effect.Path));

    public static FaultPoint CommitLink { get; } = On(
        "commit.link", "the short name of an overlay layer gets its place", "/overlay/l/[^/]+$", EffectKind.Rename);

    public static FaultPoint CommitTarSplit { get; } = On(
        "commit.tar-split", "the tar-split file is renamed into its place", @"-layers/[^/]+\.tar-split\.gz$",
        EffectKind.Rename);

    public static FaultPoint CommitIndex { get; } = On(
        "commit.index", "the new index replaces the old one: from here on all of it is true", Index + "$",
        EffectKind.Rename);

    public static FaultPoint CommitMark { get; } = On(
        "commit.mark", "the mark is removed from the committed tree of an overlay layer",
        "/overlay/[^/]+/uncommitted$", EffectKind.RemoveFile);

    public static FaultPoint ImageData { get; } = On(
        "image.data", "a data item of an image is renamed into its place", "-images/[^/]+/[^/]+$",
        EffectKind.Rename);

    public static FaultPoint ImageIndex { get; } = On(
        "image.index", "the new index of images replaces the old one", @"/images\.json$", EffectKind.Rename);

    public static FaultPoint ContainerIndex { get; } = On(
        "container.index", "the new index of containers replaces the old one", @"/(volatile-)?containers\.json$",
        EffectKind.Rename);

    public static FaultPoint Mount { get; } = On(
        "mount.overlay", "an overlay layer is mounted", "/merged$", EffectKind.Mount);

    public static FaultPoint MountCount { get; } = On(
        "mount.count", "the counts of users of mounts are replaced", @"/mountpoints\.json$", EffectKind.Rename);

    public static FaultPoint Unmount { get; } = On(
        "mount.unmount", "an overlay layer is unmounted", "/merged$", EffectKind.Unmount);

    public static FaultPoint DeleteLink { get; } = On(
        "delete.link", "the short name of an overlay layer is removed", "/overlay/l/[^/]+$", EffectKind.RemoveFile);

    public static FaultPoint DeleteTree { get; } = On(
        "delete.tree", "the tree of a layer is renamed into the trash", Trees + "[^/]+$", EffectKind.Rename);

    public static FaultPoint DeleteTarSplit { get; } = On(
        "delete.tar-split", "the tar-split file is renamed into the trash", Files + "[^/]+$", EffectKind.Rename);

    public static FaultPoint DeleteRemove { get; } = Within(
        "delete.remove", "something in the trash, or what was staged in vain, is removed", $"({InTree}|{Files})",
        EffectKind.RemoveFile, EffectKind.RemoveDirectory);

    /// <summary>All there are, in the order of a layer's life.</summary>
    public static IReadOnlyList<FaultPoint> All { get; } =
    [
        .. typeof(FaultPoint).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(property => property.PropertyType == typeof(FaultPoint))
            .OrderBy(property => property.MetadataToken).Select(property => (FaultPoint)property.GetValue(null)!),
    ];

    /// <summary>Area and moment, <c>commit.index</c> for instance.</summary>
    public string Name { get; }

    /// <summary>One line for people.</summary>
    public string Summary { get; }

    /// <summary>Whether an effect is at this point.</summary>
    public Func<DiskEffect, bool> Matches { get; }

    /// <exception cref="StorageException">Invalid: there is no such point.</exception>
    public static FaultPoint Named(string name) => All.FirstOrDefault(point => point.Name == name)
        ?? throw new StorageException(
            StorageErrorKind.Invalid,
            $"there is no fault point {name}; there are {string.Join(", ", All.Select(point => point.Name))}");

    public override string ToString() => Name;

    /// <summary>On what is the store's own.</summary>
    private static FaultPoint On(string name, string summary, string path, params EffectKind[] kinds)
    {
        var anywhere = Within(name, summary, path, kinds).Matches;
        return new FaultPoint(name, summary, effect => anywhere(effect) && !Content.IsMatch(effect.Path));
    }

    /// <summary>Also on what a layer holds.</summary>
    private static FaultPoint Within(string name, string summary, string path, params EffectKind[] kinds)
    {
        var pattern = new Regex(path, RegexOptions.CultureInvariant);
        return new FaultPoint(name, summary, effect => kinds.Contains(effect.Kind) && pattern.IsMatch(effect.Path));
    }
}
