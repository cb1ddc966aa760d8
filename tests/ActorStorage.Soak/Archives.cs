// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Soak;

/// <summary>What is put into the store: files beside the root.</summary>
internal sealed class Archives
{
    private const int Items = 8;
    private readonly StorageRoot _root;

    public Archives(StorageRoot root)
    {
        _root = root;
        LayerArchive[] archives =
        [
            LayerArchive.Small(1), LayerArchive.Small(2), LayerArchive.ManyFiles(3, 150), LayerArchive.Large(4, 4),
            LayerArchive.ManyFiles(5, 600),
        ];
        Layers =
        [
            .. archives.Select((archive, number) => (Save(archive, $"{number}.tar"), archive.Sha256)),
            .. archives[..3].Select((archive, number) => (Save(archive.Gzip(), $"{number}.tar.gz"), archive.Sha256)),
        ];
        Data = [.. Enumerable.Range(0, Items).Select(SaveItem)];
    }

    /// <summary>Archives, and the digests of what they are when inflated.</summary>
    public IReadOnlyList<(string File, string Sha256)> Layers { get; }

    /// <summary>Items of data.</summary>
    public IReadOnlyList<(string File, string Sha256)> Data { get; }

    /// <summary>As tools draw them; what lies under other names is left alone by all collectors.</summary>
    public static string IdOf(string title) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(title)));

    private string Save(LayerArchive archive, string name) => archive.SaveAs(_root.File(name));

    private (string File, string Sha256) SaveItem(int number)
    {
        var bytes = Noise.Of(number, 200 * (number + 1));
        var file = _root.File(string.Create(CultureInfo.InvariantCulture, $"item-{number}"));
        File.WriteAllBytes(file, bytes);
        return (file, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }
}
