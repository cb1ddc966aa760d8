// SPDX-License-Identifier: Apache-2.0
using System.Runtime.Serialization;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.Tests.Rules;
using Akka.Actor;

namespace ActorStorage.Cluster.Tests.Protocol;

/// <summary>What other machines send and expect, which may be of another version: the bytes of each message, its
/// manifest, the serializer's number.</summary>
public sealed class NodeSerializerSpec : IDisposable
{
    private const string Golden = "tests/ActorStorage.Cluster.Tests/Protocol/golden-1.txt";
    private readonly ActorSystem _system = ActorSystem.Create("serializer", WireSettings.Reference());
    private readonly NodeSerializer _serializer;

    public NodeSerializerSpec() => _serializer = new NodeSerializer((ExtendedActorSystem)_system);

    public void Dispose() => _system.Dispose();

    public static TheoryData<string> Names => [.. Samples.All.Select(NodeJson.NameOf)];

    [Fact]
    public void Should_keep_its_number() => Assert.Equal(7302020, _serializer.Identifier);

    [Fact]
    public void Should_write_every_message_as_ever()
    {
        var golden = File.ReadAllLines(Path.Combine(SourceTree.Root, Golden));
        var actual = Samples.All.Select(message =>
            $"{_serializer.Manifest(message)} {Convert.ToHexStringLower(_serializer.ToBinary(message))}").ToArray();
        if (golden.SequenceEqual(actual)) return;
        var written = Path.Combine(AppContext.BaseDirectory, "golden-1.txt");
        File.WriteAllLines(written, actual);
        Assert.Fail(
            string.Join('\n', golden.Except(actual).Select(line => "gone: " + line)
                .Concat(actual.Except(golden).Select(line => "new:  " + line)))
            + $"\nother machines cannot read that; lines that are only new: cp {written} {Golden}");
    }

    [Fact]
    public void Should_read_what_was_written_before()
    {
        var golden = File.ReadAllLines(Path.Combine(SourceTree.Root, Golden)).Select(line => line.Split(' ')).ToList();
        var read = golden.Select(line =>
            (INodeMessage)_serializer.FromBinary(Convert.FromHexString(line[1]), line[0])).ToList();
        Assert.Equal(Samples.All.Select(Text), read.Select(Text));
    }

    [Fact]
    public void Should_have_a_manifest_of_its_own_for_every_message_and_a_sample_of_it()
    {
        var messages = typeof(NodeProtocol).GetNestedTypes().Where(typeof(INodeMessage).IsAssignableFrom)
            .Select(type => type.Name).ToList();
        Assert.Equal(messages.Order(), NodeJson.Names.Order());
        Assert.Equal(messages.Order(), Samples.All.Select(NodeJson.NameOf).Order());
        Assert.Equal(messages.Count, Samples.All.Select(_serializer.Manifest).Distinct().Count());
        Assert.All(Samples.All, message => Assert.Matches("^[a-z]{2,4}[0-9]$", _serializer.Manifest(message)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Should_read_the_json_it_writes(string name)
    {
        var message = Samples.All.Single(each => NodeJson.NameOf(each) == name);
        Assert.Equal(Text(message), Text(NodeJson.Read(name, NodeJson.Write(message))));
    }

    [Fact]
    public void Should_find_its_serializer_by_configuration() => Assert.All(
        Samples.All, message => Assert.IsType<NodeSerializer>(_system.Serialization.FindSerializerFor(message)));

    [Fact]
    public void Should_read_a_message_with_fields_and_values_of_a_later_version()
    {
        // Field 99, a string; an outcome and a kind of error that nobody knows yet.
        var later = _serializer.ToBinary(Samples.All.OfType<NodeProtocol.EnsureLayerOk>().Single())
            .Concat(new byte[] { 0x18, 0x63, 0x9a, 0x06, 0x01, 0x78 }).ToArray();
        var ensured = Assert.IsType<NodeProtocol.EnsureLayerOk>(_serializer.FromBinary(later, "elo1"));
        Assert.Equal(EnsureOutcome.Unknown, ensured.Outcome);
        byte[] refusal = [0x0a, 0x05, 0x0a, 0x03, 0x4e, 0x65, 0x77];
        var refused = Assert.IsType<NodeProtocol.RequestRefused>(_serializer.FromBinary(refusal, "rr1"));
        Assert.Equal(StorageErrorKind.Io, refused.Error.Kind);
    }

    [Fact]
    public void Should_answer_what_it_does_not_know()
    {
        var unknown = Assert.IsType<Unreadable>(_serializer.FromBinary([1, 2, 3], "el9"));
        Assert.Equal("el9", Assert.IsType<NodeProtocol.NotUnderstood>(unknown.Answer).Manifest);
        var broken = Assert.IsType<Unreadable>(_serializer.FromBinary([0xff, 0xff, 0xff], "el1"));
        Assert.Equal("el1", Assert.IsType<NodeProtocol.NotUnderstood>(broken.Answer).Manifest);
    }

    [Theory]
    [InlineData("EnsureLayer", """{"layer": {"diffDigest": "md5:1"}}""")]
    [InlineData("EnsureLayer", "{}")]
    [InlineData("AcquireLease", "{}")]
    [InlineData("FindMissing", """{"digests": [""]}""")]
    [InlineData("Subscribe", """{"caller": {"withinMs": "9223372036854775807"}}""")]
    [InlineData("Subscribe", """{"nothing": 1}""")]
    [InlineData("Subscribe", "{")]
    [InlineData("Nothing", "{}")]
    public void Should_refuse_what_makes_no_sense(string name, string json)
    {
        var refused = Assert.Throws<StorageException>(() => NodeJson.Read(name, json));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
    }

    [Fact]
    public void Should_answer_a_known_message_that_makes_no_sense_with_a_refusal()
    {
        // A digest of one letter.
        var unreadable = Assert.IsType<Unreadable>(_serializer.FromBinary([0x12, 0x01, 0x61], "fm1"));
        var refused = Assert.IsType<NodeProtocol.RequestRefused>(unreadable.Answer);
        Assert.Equal(StorageErrorKind.Invalid, refused.Error.Kind);
    }

    [Fact]
    public void Should_refuse_what_is_no_message_between_machines()
    {
        var stranger = new Stranger();
        Assert.Contains(
            nameof(Stranger), Assert.Throws<SerializationException>(() => _serializer.ToBinary(stranger)).Message,
            StringComparison.Ordinal);
        Assert.Throws<SerializationException>(() => _serializer.Manifest(stranger));
        Assert.Throws<SerializationException>(() => _serializer.ToBinary(new Unreadable("zz9", null, "")));
    }

    [Fact]
    public void Should_refuse_what_is_too_long_at_both_ends()
    {
        INodeMessage[] tooLong =
        [
            new NodeProtocol.FindMissing(Digests(1001), null, Caller.Anybody),
            new NodeProtocol.ReleaseLease(new string('x', 4097), Caller.Anybody),
            new NodeProtocol.EnsureImage(
                new ImageId("image"), [], [], [new ImageItem("config", new byte[120_000])], Handling.Usual,
                Caller.Anybody),
        ];
        using var generous = ActorSystem.Create("generous", Akka.Configuration.ConfigurationFactory.ParseString(
            "actor-storage.wire { message-size-max = 1m, items-max = 9999, text-length-max = 9999 }"));
        var other = new NodeSerializer((ExtendedActorSystem)generous);
        Assert.All(tooLong, message =>
        {
            Assert.Throws<SerializationException>(() => _serializer.ToBinary(message));
            var arrived = Assert.IsType<Unreadable>(
                _serializer.FromBinary(other.ToBinary(message), other.Manifest(message)));
            Assert.Equal(
                StorageErrorKind.TooLarge, Assert.IsType<NodeProtocol.RequestRefused>(arrived.Answer).Error.Kind);
        });
        Assert.NotEmpty(_serializer.ToBinary(new NodeProtocol.FindMissing(Digests(1000), null, Caller.Anybody)));
    }

    private static Digest[] Digests(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new Digest($"sha256:{i:x64}"))];

    private static string Text(INodeMessage message) => $"{NodeJson.NameOf(message)} {NodeJson.Write(message)}";

    private sealed record Stranger : INodeMessage;
}
