// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.TestKit.Scripts;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.TestKit.Tests.Scripts;

public sealed class RemoteNodeSpec : IDisposable
{
    private static readonly Script Asking = Script.Parse("> FindMissing\n< FindMissingOk");
    private readonly string _files = Directory.CreateTempSubdirectory("as-script-").FullName;

    public void Dispose() => Directory.Delete(_files, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData(RemoteNode.UsualPath)]
    public async Task Should_talk_to_a_node_in_another_actor_system(string behindAddress)
    {
        using var node = NodeAt(IPAddress.Loopback);
        await using var remote = RemoteNode.Connect($"{AddressOf(node)}{behindAddress}");
        await using var target = new NodeTarget(remote.System, remote.Node, _files);
        await Asking.RunAsync(target);
    }

    [SkippableFact]
    public async Task Should_have_an_address_to_which_a_node_beyond_loopback_can_answer()
    {
        var own = NetworkInterface.GetAllNetworkInterfaces()
            .Where(each => each.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(each => each.GetIPProperties().UnicastAddresses).Select(each => each.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork);
        Skip.If(own is null, "this machine has no network");
        using var node = NodeAt(own);
        await using var remote = RemoteNode.Connect(AddressOf(node));
        Assert.Equal(own.ToString(), ((ExtendedActorSystem)remote.System).Provider.DefaultAddress.Host);
        await using var target = new NodeTarget(remote.System, remote.Node, _files);
        await Asking.RunAsync(target);
    }

    [Fact]
    public async Task Should_listen_where_it_is_told_to()
    {
        await using var remote = RemoteNode.Connect(
            "akka.tcp://system@no.such.host.invalid:4053",
            ConfigurationFactory.ParseString("akka.remote.dot-netty.tcp.hostname = 127.0.0.2"));
        Assert.Equal("127.0.0.2", ((ExtendedActorSystem)remote.System).Provider.DefaultAddress.Host);
    }

    [Theory]
    [InlineData("127.0.0.1:4053")]
    [InlineData("akka.tcp://system")]
    [InlineData("akka://system/user/node")]
    public void Should_refuse_what_is_no_address(string address) => Assert.Equal(
        StorageErrorKind.Invalid, Assert.Throws<StorageException>(() => RemoteNode.Connect(address)).Kind);

    [Fact]
    public void Should_say_that_there_is_no_way_to_a_host()
    {
        var refused = Assert.Throws<StorageException>(
            () => RemoteNode.Connect("akka.tcp://system@no.such.host.invalid:4053"));
        Assert.Equal(StorageErrorKind.Io, refused.Kind);
        Assert.StartsWith("no way to no.such.host.invalid: ", refused.Message, StringComparison.Ordinal);
    }

    private static ActorSystem NodeAt(IPAddress address)
    {
        var system = ActorSystem.Create("other", ConfigurationFactory.ParseString($$"""
            akka { loglevel = OFF, actor.provider = remote, remote.dot-netty.tcp { hostname = {{address}}, port = 0 } }
            """).WithFallback(WireSettings.Reference()));
        system.ActorOf(Props.Create<CannedNode>(), NodeClient.ActorName);
        return system;
    }

    private static string AddressOf(ActorSystem system) =>
        ((ExtendedActorSystem)system).Provider.DefaultAddress.ToString();
}
