// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using Akka.Actor;
using Akka.Configuration;

namespace ActorStorage.Cli.Nodes;

/// <summary>Nodes as people name them: HOST:PORT, or the whole address of an actor system.</summary>
internal static class NodeAddress
{
    /// <summary>What the actor system of a node is called that this program starts.</summary>
    public const string SystemName = "storage";

    /// <param name="option">Names the text in the refusal.</param>
    /// <exception cref="StorageException">Invalid: it is neither.</exception>
    public static (string Host, int Port) HostAndPort(string text, string option) =>
        Uri.TryCreate($"tcp://{text}", UriKind.Absolute, out var uri)
            && uri is { Host.Length: > 0, UserInfo: "", PathAndQuery: "/", Fragment: "" } && HasPort(text)
            ? (uri.IdnHost, uri.Port)
            : throw new StorageException(StorageErrorKind.Invalid, $"{option}: {Quoted.Text(text)} is not HOST:PORT");

    /// <param name="config">Of who asks: with TLS the address is another one.</param>
    public static string Of(string text, Config config, string option)
    {
        if (ActorPath.TryParseAddress(text, out var whole)) return whole.ToString();
        var (host, port) = HostAndPort(text, option);
        var protocol = config.GetBoolean("akka.remote.dot-netty.tcp.enable-ssl") ? "akka.ssl.tcp" : "akka.tcp";
        return new Address(protocol, SystemName, host, port).ToString();
    }

    /// <summary>Without one the text would stand for whatever the scheme has.</summary>
    private static bool HasPort(string text) =>
        text[(text.LastIndexOf(':') + 1)..] is { Length: > 0 } port && port.All(char.IsAsciiDigit);
}
