// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.TestKit.Archives;

/// <summary>Bytes that no compressor makes fewer, the same ones for the same seed.</summary>
public static class Noise
{
    private const int ChunkBytes = 1 << 16;

    public static byte[] Of(int seed, int sizeBytes)
    {
        var noise = new byte[sizeBytes];
        new Random(seed).NextBytes(noise);
        return noise;
    }

    /// <summary>The same bytes as <see cref="Of"/>, however many they are.</summary>
    public static void Write(Stream stream, int seed, long sizeBytes)
    {
        var random = new Random(seed);
        var chunk = new byte[Math.Min(ChunkBytes, sizeBytes)];
        for (var left = sizeBytes; left > 0; left -= chunk.Length)
        {
            var some = chunk.AsSpan(0, (int)Math.Min(chunk.Length, left));
            random.NextBytes(some);
            stream.Write(some);
        }
    }
}
