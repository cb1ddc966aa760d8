// SPDX-License-Identifier: Apache-2.0
using System.Formats.Tar;
using ActorStorage.Disk;

namespace ActorStorage.Bench;

/// <summary>Layers that are nothing but what every layer costs.</summary>
internal static class OneFileLayers
{
    public const int AtOnce = 8;

    /// <summary>An archive with one small file, not compressed.</summary>
    public static LayerBlob Blob { get; } = OneFile();

    /// <summary>Puts so many, <see cref="AtOnce"/> at a time.</summary>
    /// <param name="blob">Null for layers with nothing in them.</param>
    public static Task PutAsync(StorageEngine engine, int count, LayerBlob? blob) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
        async (_, cancellation) => await engine.Client.PutLayerAsync(
            new PutLayer(new NewLayer { Id = LayerId.Random() }, blob), cancellation: cancellation));

    private static LayerBlob OneFile()
    {
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "file")
            {
                DataStream = new MemoryStream("one file"u8.ToArray()),
            });
        }
        var bytes = archive.ToArray();
        return new LayerBlob("layer", () => new MemoryStream(bytes), bytes.Length);
    }
}
