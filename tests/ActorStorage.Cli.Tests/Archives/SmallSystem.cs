// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;
using System.Text;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Archives;

/// <summary>
/// An image as the tools of podman's family store one: a layer with a small system that can run, its configuration and
/// its manifest, under the ids that they would choose.
/// </summary>
internal sealed class SmallSystem
{
    public const string Release = "ID=small\nPRETTY_NAME=\"A small system\"\n";

    private SmallSystem(string layerFile, string layer, string blob, long blobBytes)
    {
        (LayerFile, LayerId) = (layerFile, layer);
        Configuration = $$"""
            {"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["/bin/sh"]},
            "rootfs":{"type":"layers","diff_ids":["sha256:{{layer}}"]},
            "history":[{"created":"2026-01-01T00:00:00Z","created_by":"tar"}],"created":"2026-01-01T00:00:00Z"}
            """;
        Manifest = $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:{{ImageId}}",
            "size":{{Configuration.Length}}},
            "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:{{blob}}",
            "size":{{blobBytes}}}]}
            """;
    }

    public string LayerFile { get; }

    /// <summary>That of a layer without a parent: the digest of its tar.</summary>
    public string LayerId { get; }

    public string Configuration { get; }

    public string Manifest { get; }

    /// <summary>The digest of the configuration.</summary>
    public string ImageId => Sha256(Encoding.UTF8.GetBytes(Configuration));

    public string ManifestDigest => $"sha256:{Sha256(Encoding.UTF8.GetBytes(Manifest))}";

    public static async Task<SmallSystem> MakeAsync(StorageRoot root)
    {
        var (tree, tar) = (root.File("system"), root.File("system.tar"));
        Directory.CreateDirectory(Path.Combine(tree, "bin"));
        Directory.CreateDirectory(Path.Combine(tree, "etc"));
        File.Copy("/bin/busybox", Path.Combine(tree, "bin", "busybox"));
        foreach (var name in (string[])["sh", "cat", "touch"])
            File.CreateSymbolicLink(Path.Combine(tree, "bin", name), "busybox");
        await File.WriteAllTextAsync(Path.Combine(tree, "etc", "os-release"), Release);
        (await Command.RunAsync("tar", "-C", tree, "-cf", tar, ".")).Succeeded();
        var layer = Sha256(await File.ReadAllBytesAsync(tar));
        (await Command.RunAsync("gzip", "-n", tar)).Succeeded();
        var blob = await File.ReadAllBytesAsync($"{tar}.gz");
        return new SmallSystem($"{tar}.gz", layer, Sha256(blob), blob.Length);
    }

    /// <summary>Stores it with one of the tools, one command for each part.</summary>
    public async Task StoreAsync(Tool tool, StorageRoot root, string name)
    {
        var (configuration, manifest) = (root.File("config.json"), root.File("manifest.json"));
        await File.WriteAllTextAsync(configuration, Configuration);
        await File.WriteAllTextAsync(manifest, Manifest);
        await tool.MustAsync(root, "import-layer", "-i", LayerId, "-f", LayerFile);
        await tool.MustAsync(root, "create-image", "-i", ImageId, "-n", name, "-m", "{}", LayerId);
        await tool.MustAsync(root, "set-image-data", "-f", configuration, ImageId, $"sha256:{ImageId}");
        await tool.MustAsync(root, "set-image-data", "-f", manifest, ImageId, "manifest");
        await tool.MustAsync(root, "set-image-data", "-f", manifest, ImageId, $"manifest-{ManifestDigest}");
    }

    private static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
