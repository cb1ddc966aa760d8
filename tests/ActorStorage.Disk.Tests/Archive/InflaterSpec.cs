// SPDX-License-Identifier: Apache-2.0
using System.IO.Compression;
using ActorStorage.Disk.Archive;

namespace ActorStorage.Disk.Tests.Archive;

/// <summary>Both inflaters give the same bytes of any members, and refuse the same ones.</summary>
public sealed class InflaterSpec
{
    private static readonly byte[] Trailer = [0xff, 1, 2, 3, 4, 5, 6, 0xff];

    [IsaLFact]
    public void Should_give_the_same_with_either_inflater_when_members_are_random()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var members = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Content(random)).ToArray();
            byte[] blob = [.. members.SelectMany(member => Member(member, random))];
            byte[] whole = [.. members.SelectMany(member => member)];
            var pace = random.Next();
            Assert.Equal(whole, Read(blob, source => new IsaLInflater(source), pace));
            Assert.Equal(whole, Read(blob, source => new RuntimeInflater(source), pace));
        }
    }

    /// <summary>
    /// Without a checksum behind the data, so that nothing but the inflater decides. ISA-L takes codes for distances
    /// that do not use up all bits and that no data use; nobody writes such.
    /// </summary>
    [IsaLFact]
    public void Should_refuse_the_same_with_either_inflater_when_bits_are_wrong()
    {
        var (taken, lenient, rounds) = (0, 0, 40_000);
        for (var seed = 0; seed < rounds; seed++)
        {
            var random = new Random(seed);
            var data = Deflated(Content(random, 2000), random);
            for (var count = random.Next(1, 3); count > 0; count--)
            {
                // The first bytes say what codes there are, which is where readers differ most.
                var end = random.Next(2) == 0 ? Math.Min(80, data.Length) : data.Length;
                data[random.Next(end)] ^= (byte)(1 << random.Next(8));
            }
            var given = TryInflate(data, source => new IsaLInflater(source));
            var expected = TryInflate(data, source => new RuntimeInflater(source));
            if (given is not null && expected is null) lenient++;
            else Assert.True(expected.AsSpan().SequenceEqual(given), $"seed {seed}: {Convert.ToHexString(data)}");
            if (given is not null) taken++;
        }
        Assert.InRange(taken, rounds / 20, rounds * 19 / 20);
        Assert.InRange(lenient, 1, rounds / 500);
    }

    private static byte[]? TryInflate(byte[] data, Func<BlobSource, Inflater> open)
    {
        using var source = new BlobSource(new MemoryStream([.. data, .. Trailer]), hashed: false);
        using var inflater = open(source);
        var bytes = new MemoryStream();
        var buffer = new byte[1000];
        try
        {
            inflater.Begin();
            while (inflater.Read(buffer) is > 0 and var count) bytes.Write(buffer.AsSpan(0, count));
            if (inflater is RuntimeInflater) inflater.End(Trailer);
        }
        catch (InvalidDataException damage) when (damage.Message is not ("invalid data" or "unexpected EOF"))
        {
            // The data ended before what was put behind them.
        }
        catch (InvalidDataException)
        {
            return null;
        }
        // What would be the trailer is no data.
        return inflater is IsaLInflater && source.OffsetBytes > data.Length ? null : bytes.ToArray();
    }

    /// <param name="pace">The seed of how much is received and asked for at a time.</param>
    private static byte[] Read(byte[] blob, Func<BlobSource, Inflater> inflater, int pace)
    {
        var random = new Random(pace);
        using var reader = new BlobReader(new HaltingStream(blob, random), inflater);
        var bytes = new MemoryStream();
        var buffer = new byte[100_000];
        while (true)
        {
            var asked = random.Next(4) == 0 ? random.Next(1, 20) : random.Next(1, buffer.Length);
            var count = reader.Read(buffer.AsSpan(0, asked));
            if (count == 0) break;
            bytes.Write(buffer.AsSpan(0, count));
        }
        reader.Finish();
        return bytes.ToArray();
    }

    private static byte[] Content(Random random, int bytesMax = 300_000)
    {
        var content = new byte[random.Next(bytesMax)];
        switch (random.Next(4))
        {
            case 0: break;
            case 1: random.NextBytes(content); break;
            default:
                for (var i = 0; i < content.Length; i++)
                {
                    var back = random.Next(1, 40_000);
                    content[i] = i > back && random.Next(8) != 0 ? content[i - back] : (byte)random.Next(64);
                }
                break;
        }
        return content;
    }

    private static byte[] Deflated(byte[] content, Random random)
    {
        var data = new MemoryStream();
        using (var deflate = new DeflateStream(data, (CompressionLevel)random.Next(4), leaveOpen: true))
        {
            deflate.Write(content);
        }
        return content.Length == 0 ? [3, 0] : data.ToArray();
    }

    private static byte[] Member(byte[] content, Random random)
    {
        var blob = new MemoryStream();
        using (var gzip = new GZipStream(blob, (CompressionLevel)random.Next(4), leaveOpen: true)) gzip.Write(content);
        // The runtime writes no member when nothing is written.
        return content.Length == 0 ? Compressed.Gzip([]) : blob.ToArray();
    }

    /// <summary>Gives a few bytes at a time, or many.</summary>
    private sealed class HaltingStream(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        // The other way to read comes here, too, as in every class that is derived from a MemoryStream.
        public override int Read(byte[] buffer, int offset, int count) => base.Read(
            buffer, offset, random.Next(3) == 0 ? Math.Min(count, random.Next(1, 30)) : count);
    }
}
