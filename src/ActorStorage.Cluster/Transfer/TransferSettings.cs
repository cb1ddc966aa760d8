// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using ActorStorage.Configuration;
using ActorStorage.Disk;
using Akka.Configuration;

namespace ActorStorage.Cluster.Transfer;

/// <summary>How nodes give layers to each other. Keys and reasons stand in hocon/transfer.conf.</summary>
public sealed record TransferSettings
{
    private const int PortMax = 65_535;
    private const int ChunkBytesMin = 64 << 10;
    private const long ChunkBytesMax = 1L << 30;

    public required string ListenAddress { get; init; }
    public required int ListenPort { get; init; }

    /// <summary>Empty for the address on which it listens.</summary>
    public required string PublicHost { get; init; }

    /// <summary>PEM; empty for plain HTTP.</summary>
    public required string CertificateFile { get; init; }

    /// <inheritdoc cref="CertificateFile"/>
    public required string KeyFile { get; init; }

    /// <summary>PEM; empty for what the system trusts.</summary>
    public required string TrustedFile { get; init; }
    public required TimeSpan TicketLifetime { get; init; }
    public required int TransfersMax { get; init; }
    public required int ConnectionsMax { get; init; }
    public required TimeSpan BusyWait { get; init; }

    /// <summary>Per second; 0 for no limit.</summary>
    public required long BandwidthMax { get; init; }
    public required TimeSpan StallMax { get; init; }

    /// <summary>Bytes per second; 0 for none.</summary>
    public required long RateMin { get; init; }

    /// <summary>All that is on the way: in the receiver's socket half of it, or a quarter and what encryption keeps on
    /// both sides; in the sender's a quarter, in the server's two buffers an eighth, and in the piece that is being
    /// written a sixteenth at most.</summary>
    public required int ChunkBytes { get; init; }
    public required int AttemptsMax { get; init; }
    public required TimeSpan RetryMin { get; init; }
    public required TimeSpan RetryMax { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What the least rate moves until a transfer would stand still for too long.</summary>
    internal long StallBytesMin => (long)(RateMin * StallMax.TotalSeconds);

    /// <summary>The defaults, as embedded in this assembly.</summary>
    public static Config Reference()
    {
        using var stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream("ActorStorage.Cluster.transfer.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    /// <param name="config">Overrides; what it leaves out comes from <see cref="Reference"/>.</param>
    /// <exception cref="StorageException">Invalid: a value that makes no sense, named by its key.</exception>
    public static TransferSettings From(Config? config = null)
    {
        var reference = Reference();
        var all = new SettingValues(
            config is null ? reference : config.WithFallback(reference), "actor-storage.transfer");
        var settings = new TransferSettings
        {
            ListenAddress = all.Text("listen-address"),
            ListenPort = all.AtLeast(0, "listen-port"),
            PublicHost = all.Text("public-host"),
            CertificateFile = all.Text("certificate-file"),
            KeyFile = all.Text("key-file"),
            TrustedFile = all.Text("trusted-file"),
            TicketLifetime = all.Time("ticket-lifetime"),
            TransfersMax = all.AtLeast(1, "transfers-max"),
            ConnectionsMax = all.AtLeast(1, "connections-max"),
            BusyWait = all.Time("busy-wait"),
            BandwidthMax = all.SizeOrNone("bandwidth-max"),
            StallMax = all.Time("stall-max"),
            RateMin = all.SizeOrNone("rate-min"),
            ChunkBytes = (int)all.Size(ChunkBytesMax, "chunk-size"),
            AttemptsMax = all.AtLeast(1, "attempts-max"),
            RetryMin = all.Time("retry-min"),
            RetryMax = all.Time("retry-max"),
        };
        if (!System.Net.IPAddress.TryParse(settings.ListenAddress, out _)) throw all.Invalid("listen-address");
        if (settings.ListenPort > PortMax) throw all.Invalid("listen-port");
        if (settings.PublicHost.Length > 0 && Uri.CheckHostName(settings.PublicHost) == UriHostNameType.Unknown)
            throw all.Invalid("public-host");
        if (settings.ChunkBytes < ChunkBytesMin) throw all.Invalid("chunk-size");
        // Else nodes with these settings would leave each other, however well they work.
        if (settings.BandwidthMax > 0 && settings.BandwidthMax / settings.TransfersMax / 2 < settings.RateMin)
            throw all.Invalid("rate-min");
        // One without the other would be plain HTTP where somebody wanted TLS.
        if (settings.CertificateFile.Length == 0 && settings.KeyFile.Length > 0) throw all.Invalid("certificate-file");
        if (settings.CertificateFile.Length > 0 && settings.KeyFile.Length == 0) throw all.Invalid("key-file");
        return settings;
    }
}
