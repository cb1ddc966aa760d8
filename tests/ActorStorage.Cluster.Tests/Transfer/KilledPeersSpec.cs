// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cluster.Tests.Transfer;

/// <summary>
/// Processes that serve a layer are killed with SIGKILL while they do. <c>ACTORSTORAGE_CRASH_ROUNDS</c> says how many,
/// <c>ACTORSTORAGE_CRASH_SEED</c> where.
/// </summary>
public sealed class KilledPeersSpec(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int Megabytes = 96;
    private const int KillsOfOnePut = 3;
    private static readonly int Rounds = Number("ACTORSTORAGE_CRASH_ROUNDS", Everything.Else(3, all: 12));
    private static readonly int Seed = Number("ACTORSTORAGE_CRASH_SEED", 1);

    [Fact]
    [Trait("kind", "slow")]
    public async Task Should_complete_whoever_is_killed_and_fetch_nothing_twice_but_what_was_on_the_way()
    {
        await using var from = await ServedRoot.StartAsync();
        await using var to = await ServedRoot.StartAsync();
        var archive = LayerArchive.Large(Seed, Megabytes);
        var digest = await from.PutAsync(archive, "there");
        var chunk = ServedRoot.Settings().ChunkBytes;
        var random = new Random(Seed);
        var (killed, twice) = (0, 0L);
        for (var put = 0; killed < Rounds; put++)
        {
            var kills = Math.Min(KillsOfOnePut, Rounds - killed);
            var id = string.Create(CultureInfo.InvariantCulture, $"here-{put}");
            var sent = await RoundAsync(from, to, digest, id, kills, random);
            killed += kills;
            twice += sent - archive.Bytes.Length;
            Assert.InRange(sent, archive.Bytes.Length, archive.Bytes.Length + ((long)kills * chunk));
            Assert.Equal(archive.Bytes, await to.ArchiveAsync(id));
        }
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{killed} killed, {twice / killed} bytes sent twice for each"));
        Assert.Empty((await to.Client.CheckAsync(CheckOptions.Default)).Layers);
    }

    /// <summary>What all of them have sent.</summary>
    private static async Task<long> RoundAsync(
        ServedRoot from, ServedRoot to, Digest digest, string id, int kills, Random random)
    {
        var serving = await Task.WhenAll(Enumerable.Range(0, kills + 1).Select(number =>
            ServingProgram.StartAsync(
                from.Root.Root, from.Secret, string.Create(CultureInfo.InvariantCulture, $"{id}-{number}"))));
        try
        {
            var settings = ServedRoot.Settings("retry-min = 10ms");
            var source = new PeerSource(
                digest, [.. serving.Select(peer => new Peer(peer.Address, from.Ticket(digest)))], settings,
                DateTimeOffset.UtcNow.AddMinutes(2));
            // Far enough from the end that there is always somebody to be killed.
            var offsets = Enumerable.Range(0, kills).Select(_ => random.NextInt64((Megabytes - 24) << 20)).Order();
            var received = new Received(offsets, () => KillGiver(serving, source));
            var layer = new NewLayer { Id = new LayerId(id), ExpectedDiffDigest = digest };
            var blob = source.Blob with { Open = () => received.Watch(source.Blob.Open()) };
            await to.Client.PutLayerAsync(new PutLayer(layer, blob));
            Assert.Equal(kills, received.Killed);
            return serving.Sum(peer => peer.ServedBytes);
        }
        finally
        {
            foreach (var peer in serving) await peer.DisposeAsync();
        }
    }

    /// <summary>Whether whoever gave the last bytes was alive until now.</summary>
    private static bool KillGiver(ServingProgram[] serving, PeerSource source)
    {
        var giver = serving.Single(peer => peer.Address == source.Given[^1].Address);
        if (!giver.IsRunning) return false;
        giver.KillAsync().GetAwaiter().GetResult();
        return true;
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number
            : otherwise;

    /// <summary>Kills the one that serves when the receiver has come to an offset.</summary>
    private sealed class Received(IEnumerable<long> offsets, Func<bool> kill)
    {
        private readonly long[] _offsets = [.. offsets];

        public int Killed { get; private set; }

        public Stream Watch(Stream inner) => new Watched(this, inner);

        private void At(long position)
        {
            if (Killed < _offsets.Length && position >= _offsets[Killed] && kill()) Killed++;
        }

        private sealed class Watched(Received received, Stream inner) : Stream
        {
            private long _position;

            public override bool CanRead => true;
            public override bool CanSeek => false;
            public override bool CanWrite => false;
            public override long Length => throw new NotSupportedException();

            public override long Position
            {
                get => _position;
                set => throw new NotSupportedException();
            }

            public override int Read(Span<byte> buffer)
            {
                // In small pieces, so that the offset is met.
                var count = inner.Read(buffer[..Math.Min(buffer.Length, 64 << 10)]);
                _position += count;
                received.At(_position);
                return count;
            }

            public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

            public override void Flush()
            {
                // Only read.
            }

            public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
            public override void SetLength(long value) => throw new NotSupportedException();
            public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

            protected override void Dispose(bool disposing)
            {
                if (disposing) inner.Dispose();
                base.Dispose(disposing);
            }
        }
    }
}
