// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace ActorStorage.Disk.Tests.Upkeep;

/// <summary>A store of two layers, an image and a container, and what can happen to it.</summary>
/// <param name="Base">Holds <c>d/f</c>, <c>d/g</c>, <c>l</c> and <c>top</c>.</param>
/// <param name="Top">On the base; hides <c>d/g</c>, adds <c>d/h</c>.</param>
internal sealed record StoreDamage(
    UpkeepRoot Root, LayerId Base, LayerId Top, ImageId Image, string Container, LayerId Writable)
{
    public const string Missing = "0000000000000000000000000000000000000000000000000000000000000001";

    /// <summary>Kinds of damage that the Go tool describes in the same lines.</summary>
    public static readonly IReadOnlyDictionary<string, Action<StoreDamage>> SameWords =
        new Dictionary<string, Action<StoreDamage>>
        {
            ["nothing"] = _ => { },
            ["a file with other content"] = store => Rewrite($"{store.BaseDiff}/d/f", "CONTENT"),
            ["a file that was not unpacked"] = store => File.WriteAllText($"{store.BaseDiff}/datafile3", "more"),
            ["a directory that was not unpacked"] = store =>
            {
                Directory.CreateDirectory($"{store.BaseDiff}/new/sub");
                File.WriteAllText($"{store.BaseDiff}/new/sub/f", "more");
            },
            ["a file with other permissions"] = store =>
                File.SetUnixFileMode($"{store.BaseDiff}/d/f", (UnixFileMode)0x1c0),
            ["a file with another time"] = store => File.SetLastWriteTimeUtc($"{store.BaseDiff}/top", Later),
            ["a time long ago"] = store =>
                File.SetLastWriteTimeUtc($"{store.BaseDiff}/top", DateTime.UnixEpoch.AddDays(-9)),
            ["an owner that was changed"] = store => Run("chown", "5:6", $"{store.BaseDiff}/d/f"),
            ["a directory with other permissions"] = store =>
                File.SetUnixFileMode($"{store.BaseDiff}/d", (UnixFileMode)0x1c0),
            ["a symbolic link that is a file now"] = store =>
            {
                File.Delete($"{store.BaseDiff}/l");
                File.WriteAllText($"{store.BaseDiff}/l", "no link");
            },
            ["a directory that is a file now"] = store =>
            {
                Directory.Delete($"{store.BaseDiff}/empty");
                File.WriteAllText($"{store.BaseDiff}/empty", "");
            },
            ["an empty directory that is gone"] = store => Directory.Delete($"{store.BaseDiff}/empty"),
            ["a deleted name that is back"] = store =>
            {
                if (store.Driver == "vfs") File.WriteAllText($"{store.TopDiff}/d/g", "");
                else File.Delete($"{store.TopDiff}/d/g");
            },
            ["a wrong digest"] = store => store.Edit(
                "layers", $"\"diff-digest\":\"sha256:[^\"]*\"", $"\"diff-digest\":\"sha256:{new string('a', 64)}\""),
            ["a wrong size"] = store => store.Edit("layers", "\"diff-size\":[0-9]*", "\"diff-size\":77"),
            ["a parent that is not there"] = store => store.Edit(
                "layers", $"\"parent\":\"{store.Base}\"", $"\"parent\":\"{Missing}\""),
            ["an item of a layer that is gone"] = store =>
            {
                store.Root.Go("set-layer-data", "-f", store.Root["storage.lock"], store.Top.Value, "datafile");
                File.Delete(store.Root[$"{store.Driver}-layers/{store.Top}/datafile"]);
            },
            ["an item of an image that is gone"] = store =>
            {
                store.Root.Go(
                    "set-image-data", "-f", store.AnyFile, store.Image.Value, "Data");
                Directory.Delete(store.Root[$"{store.Driver}-images/{store.Image}"], recursive: true);
            },
            ["an item of an image that grew"] = store =>
            {
                store.Root.Go(
                    "set-image-data", "-f", store.AnyFile, store.Image.Value, "datafile");
                File.AppendAllText(store.Root[$"{store.Driver}-images/{store.Image}/datafile"], "x");
            },
            ["an item of a container that is gone"] = store =>
            {
                store.Root.Go(
                    "set-container-data", "-f", store.AnyFile, store.Container, "datafile");
                File.Delete(store.Root[$"{store.Driver}-containers/{store.Container}/datafile"]);
            },
            ["an item of a container that shrank"] = store =>
            {
                store.Root.Go(
                    "set-container-data", "-f", store.AnyFile, store.Container, "datafile");
                File.WriteAllText(store.Root[$"{store.Driver}-containers/{store.Container}/datafile"], "");
            },
            ["an image without its layer"] = store => store.Edit("images", store.Top.Value, Missing),
            ["a container without its image"] = store => store.Edit("containers", store.Image.Value, Missing),
            ["a directory without a record"] = store =>
                Directory.CreateDirectory(store.Root.Diff(new LayerId(Missing))),
        };

    /// <summary>Kinds that the Go tool describes otherwise, and how the first line must begin.</summary>
    public static readonly IReadOnlyDictionary<string, (Action<StoreDamage> Damage, string Expected)> OtherWords =
        new Dictionary<string, (Action<StoreDamage>, string)>
        {
            ["a tar-split that is gone"] = (
                store => File.Delete(store.Root.TarSplit(store.Base)),
                " layer BASE: open TARSPLIT: no such file or directory"),
            ["a tar-split without a byte"] = (
                store => File.WriteAllBytes(store.Root.TarSplit(store.Base), []),
                " layer BASE: tar-split: the file is empty"),
            ["a tar-split that is cut short"] = (
                store => Cut(store.Root.TarSplit(store.Base), 100),
                " layer BASE: tar-split: record 0 cannot be read (gzip: unexpected EOF"),
            ["a tar-split of something else"] = (
                store => File.WriteAllText(store.Root.TarSplit(store.Base), "no gzip"),
                " layer BASE: tar-split: record 0 cannot be read (gzip: invalid header"),
            ["a layer without its directory"] = (
                store => Directory.Delete(store.Root[$"overlay/{store.Base}"], recursive: true),
                " layer BASE: layer not known: BASE"),
            ["a layer without its files"] = (
                store => Directory.Delete(store.BaseDiff, recursive: true),
                " layer BASE: can't stat (or find?) lower layer"),
            ["a layer whose directory is a file"] = (
                store =>
                {
                    Directory.Delete(store.Root[$"overlay/{store.Base}"], recursive: true);
                    File.WriteAllText(store.Root[$"overlay/{store.Base}"], "");
                },
                " layer BASE: open "),
            ["a file of what is below that makes no sense"] = (
                store => File.WriteAllText(store.Root[$"overlay/{store.Top}/lower-layers"], "{\"no\":list"),
                " layer TOP: can't stat (or find?) lower layer"),
            ["a file that is gone"] = (
                store => File.Delete($"{store.BaseDiff}/d/f"),
                " layer BASE: file integrity checksum failed for \"d/f\""),
        };

    private static readonly DateTime Later = new(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    public string Driver => Root.Paths.Driver;

    /// <summary>Something to store.</summary>
    public string AnyFile => Root[$"{Driver}-layers/layers.json"];

    public string BaseDiff => Root.Diff(Base);

    public string TopDiff => Root.Diff(Top);

    public static StoreDamage Of(UpkeepRoot root)
    {
        var below = root.Import(new Extract.TestArchive()
            .Directory("d/").File("d/f").File("d/g").Symlink("l", "d/f").File("top").Directory("empty/"));
        var top = root.Import(new Extract.TestArchive().Directory("d/").Whiteout("d/.wh.g").File("d/h"), below);
        var image = root.Image(top);
        var container = root.Go("create-container", image.Value);
        var writable = root.Records().Containers[0].Layer!.Value;
        return new StoreDamage(root, below, top, image, container, writable);
    }

    /// <summary>The lines of a report as one text, with words for the ids.</summary>
    public string Named(IEnumerable<string> lines) => string.Join(
        '\n',
        lines.Select(line => line
            .Replace(Root.TarSplit(Base), "TARSPLIT", StringComparison.Ordinal)
            .Replace(Base.Value, "BASE", StringComparison.Ordinal)
            .Replace(Top.Value, "TOP", StringComparison.Ordinal)
            .Replace(Image.Value, "IMAGE", StringComparison.Ordinal)
            .Replace(Container, "CONTAINER", StringComparison.Ordinal)
            .Replace(Writable.Value, "WRITABLE", StringComparison.Ordinal)
            .Replace(Missing, "MISSING", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    /// <summary>In a document, whoever has it in memory.</summary>
    public void Edit(string kind, string pattern, string replacement)
    {
        var path = Root[$"{Driver}-{kind}/{kind}.json"];
        var text = File.ReadAllText(path);
        var edited = Regex.Replace(text, pattern, replacement);
        Assert.NotEqual(text, edited);
        File.WriteAllText(path, edited);
    }

    public static void Run(string program, params string[] arguments) =>
        Overlay.OverlayRoot.Execute(program, arguments);

    private static void Cut(string path, int length)
    {
        using var file = File.OpenWrite(path);
        file.SetLength(length);
    }

    /// <summary>Content of the same length and with the same time.</summary>
    private static void Rewrite(string path, string content)
    {
        var time = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, time);
    }
}
