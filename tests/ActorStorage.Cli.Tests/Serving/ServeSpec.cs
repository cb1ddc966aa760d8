// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.Serving;

/// <summary>A node from the command line, and what one may ask it.</summary>
public sealed class ServeSpec : IAsyncLifetime
{
    private static readonly string Hocon = Path.Combine(Sources(), "hocon");
    private readonly StorageRoot _root = new();
    private readonly LayerArchive _archive = LayerArchive.Small(1);

    private string Digest => $"sha256:{_archive.Sha256}";

    private string Url => $"file://{_root.File("layer.tar")}";

    public async Task InitializeAsync() => await File.WriteAllBytesAsync(_root.File("layer.tar"), _archive.Bytes);

    public async Task DisposeAsync() => await _root.DisposeAsync();

    [Fact]
    public async Task Should_serve_a_root_with_the_settings_of_the_file_until_it_is_told_to_end()
    {
        await using var node = await ServingTool.StartAsync(
            _root, null, "--config", Path.Combine(Hocon, "one-node.conf"));
        Assert.Contains($"akka.tcp://storage@{node.Node} serves {_root.Graph}", node.Says, StringComparison.Ordinal);
        var nodes = (await node.AskAsync("nodes")).Succeeded();
        Assert.StartsWith(
            $"akka.tcp://storage@{node.Node} 0 of ", Assert.Single(nodes.Lines), StringComparison.Ordinal);
        (await node.AskAsync("where", Digest)).Failed(1);
        (await node.AskAsync("ensure", Digest)).Failed(1).Says("is not here, and no source was named");

        var put = (await node.AskAsync("ensure", "--lease", "build-7", Digest, Url)).Succeeded();
        var id = Digest["sha256:".Length..];
        Assert.Equal($"{id} staged 0 bytes", put.Text);
        Assert.Equal($"{id} present 0 bytes", (await node.AskAsync("ensure", Digest)).Succeeded().Text);
        Assert.Contains(
            "\"outcome\": \"PRESENT\"", (await node.AskAsync("ensure", "--json", Digest)).Succeeded().Text,
            StringComparison.Ordinal);
        Assert.Equal(
            $"{Digest} akka.tcp://storage@{node.Node}", (await node.AskAsync("where", Digest)).Succeeded().Text);
        // The root is everybody's, while it is served.
        Assert.Contains(id, (await LayersAsync()).Output, StringComparison.Ordinal);

        Assert.Equal(0, await node.StopAsync());
        Assert.Contains("ended, 0 unfinished", node.Says, StringComparison.Ordinal);
        Assert.Contains(id, (await LayersAsync()).Output, StringComparison.Ordinal);
        // A lease is a layer on top of what it keeps.
        Assert.Equal(2, (await LayersAsync()).Lines.Length);
    }

    /// <summary>As README has it: the ports stand in the file.</summary>
    [Fact]
    public async Task Should_be_three_nodes_on_one_machine_with_the_file_for_that()
    {
        await using var others = new StorageRoot();
        await using var third = new StorageRoot();
        var config = new[] { "--config", Path.Combine(Hocon, "three-nodes.conf") };
        await using var one = ServingTool.Begin(_root, "127.0.0.1:4051", [], [], config);
        await using var two = ServingTool.Begin(others, "127.0.0.1:4052", [], [], config);
        await using var three = ServingTool.Begin(third, "127.0.0.1:4053", [], [], config);
        foreach (var node in (ServingTool[])[one, two, three]) await node.JoinedAsync();
        await Eventually.TrueAsync(async () => (await one.AskAsync("nodes")).Lines.Length == 3, "all are members");
        (await one.AskAsync("ensure", Digest, Url)).Succeeded();
        await Eventually.TrueAsync(async () => (await three.AskAsync("where", Digest)).ExitCode == 0, "it is known");
        Assert.EndsWith(
            $" from-peer {_archive.Bytes.Length} bytes", (await three.AskAsync("ensure", Digest)).Succeeded().Text,
            StringComparison.Ordinal);
        foreach (var node in (ServingTool[])[one, two, three]) Assert.Equal(0, await node.StopAsync());
    }

    [Fact]
    public async Task Should_speak_tls_and_only_with_those_whom_it_trusts()
    {
        var (ours, trusted) = WriteTls("node");
        var (strangers, _) = WriteTls("stranger");
        await using var node = await ServingTool.StartAsync(
            _root, null, [("SSL_CERT_FILE", trusted)], "--config", ours);
        Assert.StartsWith("akka.ssl.tcp://", node.Says, StringComparison.Ordinal);
        Assert.Contains("layers at https://", node.Says, StringComparison.Ordinal);
        var trusting = new[] { $"SSL_CERT_FILE={trusted}", Tool.Ours.Path };
        var asked = await Command.RunAsync("env", [.. trusting, "nodes", "--node", node.Node, "--config", ours]);
        Assert.StartsWith("akka.ssl.tcp://", asked.Succeeded().Text, StringComparison.Ordinal);
        var strange = await Command.RunAsync(
            "env", [.. trusting, "nodes", "--node", node.Node, "--config", strangers, "--within", "1s"]);
        strange.Failed(1).Says("did not answer");
        (await node.AskAsync("nodes", "--within", "1s")).Failed(1).Says("did not answer");
        Assert.Equal(0, await node.StopAsync());
    }

    /// <summary>Nobody is where it is to join.</summary>
    [Fact]
    public async Task Should_end_at_once_while_it_waits_for_others()
    {
        var node = $"127.0.0.1:{ServingTool.FreePort()}";
        await using var waiting = ServingTool.Begin(
            _root, node, [], [], "--join", $"127.0.0.1:{ServingTool.FreePort()}");
        await Eventually.TrueAsync(() => waiting.Says.Contains(" serves ", StringComparison.Ordinal), "it serves");
        (await waiting.AskAsync("ensure", Digest, Url)).Succeeded();
        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, await waiting.StopAsync());
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(12), waiting.Says);
    }

    [Theory]
    [InlineData("--listen: \"nowhere\" is not HOST:PORT", "--listen", "nowhere")]
    [InlineData("--join: \"x:y\" is not HOST:PORT", "--join", "x:y")]
    [InlineData("--layers: \"127.0.0.1\" is not HOST:PORT", "--layers", "127.0.0.1")]
    [InlineData("--journal: \"mysql://x\" is neither sqlite nor postgres://", "--journal", "mysql://x")]
    [InlineData("--drain: invalid duration \"soon\"", "--drain", "soon")]
    [InlineData("--config: Could not find file", "--config", "/nowhere.conf")]
    [InlineData("actor-storage.node.requests-max", "--config", "{bad}")]
    [InlineData("the node's actor system does not start", "--listen", "192.0.2.1:4053")]
    public async Task Should_not_start_with_what_makes_no_sense_and_say_what(string says, params string[] arguments)
    {
        await File.WriteAllTextAsync(_root.File("bad.conf"), "actor-storage.node.requests-max = 0");
        var outcome = await Command.RunAsync(
            Tool.Ours.Path,
            [.. _root.GlobalOptions, "serve", "--listen", $"127.0.0.1:{ServingTool.FreePort()}",
                .. arguments.Select(argument => argument == "{bad}" ? _root.File("bad.conf") : argument)]);
        outcome.Failed(1).Says(says);
    }

    [Theory]
    [InlineData("where", "\"abc\" is no digest", "abc")]
    [InlineData("ensure", "\"abc\" is no digest", "abc")]
    [InlineData("nodes", "--node: \"x\" is not HOST:PORT", "--node", "x")]
    public async Task Should_say_what_is_wrong_with_a_question(
        string command, string says, params string[] arguments) =>
        (await Command.RunAsync(Tool.Ours.Path, [command, .. arguments])).Failed(1).Says(says);

    /// <summary>As in hocon/tls.conf, with a certificate of its own.</summary>
    private (string Settings, string Certificate) WriteTls(string name)
    {
        var (certificate, key) = Certificates.Make(_root, name, "127.0.0.1");
        File.WriteAllText(_root.File($"{name}.conf"), $$"""
            akka.remote.dot-netty.tcp {
              # Of the node; who asks it is elsewhere.
              hostname = 192.0.2.1
              port = 4053
              enable-ssl = on
              ssl {
                certificate { path = "{{Certificates.Pkcs12(_root, name, certificate, key)}}", password = "" }
                suppress-validation = off
                require-mutual-authentication = on
              }
            }
            actor-storage.transfer {
              certificate-file = "{{certificate}}"
              key-file = "{{key}}"
              trusted-file = "{{certificate}}"
            }
            """);
        return (_root.File($"{name}.conf"), certificate);
    }

    private Task<Outcome> LayersAsync() =>
        Command.RunAsync(Tool.Ours.Path, [.. _root.GlobalOptions, "layers", "-q"]);

    private static string Sources()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "ActorStorage.sln"))) directory = directory.Parent!;
        return directory.FullName;
    }
}
