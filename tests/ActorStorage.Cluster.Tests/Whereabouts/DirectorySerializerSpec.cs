// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Serialization;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Cluster.Whereabouts;
using ActorStorage.Cluster.Whereabouts.Wire;
using ActorStorage.Disk;
using ActorStorage.Tests.Rules;
using Akka.Actor;
using Google.Protobuf;

namespace ActorStorage.Cluster.Tests.Whereabouts;

/// <summary>What other nodes send and expect, which may be of another version.</summary>
public sealed class DirectorySerializerSpec : IAsyncLifetime
{
    private const string Golden = "tests/ActorStorage.Cluster.Tests/Whereabouts/golden-1.txt";
    private static readonly DigestKey Key = DigestKey.Of(new Digest($"sha256:0123456789abcdef{new string('7', 48)}"));

    private static readonly IDirectoryMessage[] Samples =
    [
        new Announce { Node = "a", Added = Key.Bytes(), Removed = DigestKey.Bytes([Key, Key]) },
        new Summarize { Node = "a", Buckets = { 1, 200 }, Counts = { 3, 0 }, Sums = { Key.First, 0 } },
        new AskForAll { Buckets = { 1, 200 } },
        new AnnounceAll { Node = "a", Bucket = 7, IsFirst = true, Keys = Key.Bytes(), Count = 1, Sum = Key.First },
        new FindHolders { Part = 2, Keys = Key.Bytes() },
        new FindHolders { Part = 2, Keys = Key.Bytes(), View = Key.First },
        new FindHoldersOk { Part = 2, Nodes = { "a", "b" }, Places = ByteString.CopyFrom(3), IsComplete = true },
        new ClaimKey { Claim = "c", Node = "a", Key = Key.Bytes(), IsGranted = true, DespiteHolders = true },
        new ClaimKeyOk { Claim = "c", State = ClaimState.Held, Nodes = { "a" } },
        new ReleaseKey { Claim = "c", Node = "a", Key = Key.Bytes(), IsHeld = true },
    ];

    private readonly ActorSystem _system = ActorSystem.Create(
        "serializer", "akka.remote.dot-netty.tcp.port = 0, akka.loglevel = OFF, akka.stdout-loglevel = OFF");
    private readonly DirectorySerializer _serializer;

    public DirectorySerializerSpec() => _serializer = new DirectorySerializer((ExtendedActorSystem)_system);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _system.Terminate();

    [Fact]
    public void Should_keep_its_number() => Assert.Equal(7302021, _serializer.Identifier);

    [Fact]
    public void Should_write_every_message_as_ever_and_read_it()
    {
        var lines = Samples.Select(message =>
            $"{_serializer.Manifest(message)} {Convert.ToHexStringLower(_serializer.ToBinary(message))}").ToArray();
        var golden = Path.Combine(SourceTree.Root, Golden);
        if (!File.Exists(golden) || !File.ReadAllLines(golden).SequenceEqual(lines))
        {
            var written = Path.Combine(AppContext.BaseDirectory, "directory-golden-1.txt");
            File.WriteAllLines(written, lines);
            Assert.Fail($"other nodes cannot read that; when lines are only new: cp {written} {golden}");
        }
        Assert.Equal(Samples, lines.Select(line => line.Split(' ')).Select(line =>
            (IDirectoryMessage)_serializer.FromBinary(Convert.FromHexString(line[1]), line[0])));
    }

    [Fact]
    public void Should_have_a_sample_of_every_message() => Assert.Equal(
        typeof(IDirectoryMessage).Assembly.GetTypes().Where(type => type.IsClass && IsMessage(type))
            .Select(type => type.Name).Order(),
        Samples.Select(message => message.GetType().Name).Distinct().Order());

    [Fact]
    public void Should_give_back_what_it_cannot_read_and_refuse_to_write_a_stranger_or_too_much()
    {
        Assert.Equal("da9", Assert.IsType<Unreadable>(_serializer.FromBinary([1, 2], "da9")).Manifest);
        Assert.Equal("da1", Assert.IsType<Unreadable>(_serializer.FromBinary([0xff, 0xff], "da1")).Manifest);
        Assert.Throws<SerializationException>(() => _serializer.Manifest("a text"));
        var keys = new DigestKey[8000];
        Assert.Throws<SerializationException>(() =>
            _serializer.ToBinary(new Announce { Added = DigestKey.Bytes(keys) }));
    }

    [Fact]
    public void Should_write_the_beginning_of_a_digest_as_it_stands()
    {
        Assert.Equal("0123456789abcdef7777777777777777", Convert.ToHexStringLower(Key.Bytes().Span));
        var other = DigestKey.Of(new Digest($"sha512:{new string('0', 128)}"));
        Assert.NotEqual(other, DigestKey.Of(new Digest($"sha512:{new string('1', 128)}")));
    }

    private static bool IsMessage(Type type) => typeof(IDirectoryMessage).IsAssignableFrom(type);
}
