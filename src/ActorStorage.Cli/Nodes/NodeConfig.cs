// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorStorage.Cli.Nodes;

/// <summary>What <c>--config</c> names: a file of HOCON.</summary>
internal static class NodeConfig
{
    /// <param name="path">Empty for none.</param>
    /// <exception cref="StorageException">NotFound, or Invalid: it cannot be read, or is none.</exception>
    public static Config Load(string path)
    {
        if (path.Length == 0) return Config.Empty;
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                fault is FileNotFoundException or DirectoryNotFoundException
                    ? StorageErrorKind.NotFound : StorageErrorKind.Io,
                $"--config: {fault.Message}", path, fault);
        }
        try
        {
            return ConfigurationFactory.ParseString(text);
        }
        catch (Exception fault)
        {
            // Whatever the parser throws at what it cannot read.
            throw new StorageException(StorageErrorKind.Invalid, $"--config: {path}: {fault.Message}", path, fault);
        }
    }

    /// <summary>What counts of a node's file for who asks a node: TLS. Where the node listens is the node's.</summary>
    /// <exception cref="StorageException">As <see cref="Load"/>.</exception>
    public static Config ForAsking(string path)
    {
        var whole = Load(path);
        return Only(whole, "akka.remote.dot-netty.tcp.enable-ssl")
            .WithFallback(Only(whole, "akka.remote.dot-netty.tcp.ssl"));
    }

    private static Config Only(Config whole, string key) => whole.HasPath(key)
        ? new Config(new HoconRoot(key.Split('.').Reverse().Aggregate(
            whole.GetValue(key), (inner, name) => inner.AtKey(name).Root)))
        // One that is empty and not the one that all share, which could not stand behind itself.
        : ConfigurationFactory.ParseString("");

    /// <summary>A text as a value of HOCON.</summary>
    public static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
