// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Transfer;

/// <summary>What a node says to a ticket.</summary>
internal enum TicketVerdict
{
    Valid,

    /// <summary>None, one that is no ticket, or one whose time is over: another one may do.</summary>
    Missing,

    /// <summary>Not drawn here for this layer.</summary>
    Forged,
}

/// <summary>
/// What lets a peer fetch one layer from this node for a moment. A ticket is
/// <c>1.EXPIRY.CLIENT.MAC</c>: milliseconds since 1970, the client's name, and an HMAC-SHA256 of both and of the
/// layer's uncompressed digest with a secret of this node; the last two in base64url.
/// </summary>
public sealed class Tickets
{
    private const string Version = "1";
    private const int ClientBytesMax = 256;
    private const int SecretBytes = 32;
    private readonly byte[] _secret;
    private readonly TimeProvider _time;

    /// <param name="secret">At least 32 random bytes that nobody else knows.</param>
    public Tickets(ReadOnlySpan<byte> secret, TimeProvider? time = null)
    {
        if (secret.Length < SecretBytes)
            throw new StorageException(StorageErrorKind.Invalid, $"a secret has {SecretBytes} bytes or more");
        (_secret, _time) = (secret.ToArray(), time ?? TimeProvider.System);
    }

    /// <summary>With a secret that ends with the process, and all its tickets too.</summary>
    public static Tickets Random(TimeProvider? time = null) =>
        new(RandomNumberGenerator.GetBytes(SecretBytes), time);

    /// <summary>Draws one. Whoever calls this has decided that the client may have the layer.</summary>
    /// <param name="diffDigest">Of the uncompressed tar.</param>
    /// <param name="client">Who it is for; only part of what is signed.</param>
    /// <exception cref="StorageException">Invalid: the client's name is too long.</exception>
    public string Issue(Digest diffDigest, string client, TimeSpan lifetime)
    {
        var name = Encoding.UTF8.GetBytes(client);
        if (name.Length > ClientBytesMax)
            throw new StorageException(StorageErrorKind.Invalid, $"a client's name has {ClientBytesMax} bytes at most");
        var expiry = (_time.GetUtcNow() + lifetime).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        var encoded = Base64Url.EncodeToString(name);
        var mac = Base64Url.EncodeToString(Mac(diffDigest, expiry, encoded));
        return $"{Version}.{expiry}.{encoded}.{mac}";
    }

    internal TicketVerdict Check(string? ticket, Digest diffDigest)
    {
        if (ticket?.Split('.') is not [Version, var expiry, var client, var mac]) return TicketVerdict.Missing;
        Span<byte> told = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!Base64Url.IsValid(mac, out var length) || length != told.Length) return TicketVerdict.Missing;
        Base64Url.DecodeFromChars(mac, told);
        // Before anything of it is believed, and in the same time wherever they differ.
        if (!CryptographicOperations.FixedTimeEquals(told, Mac(diffDigest, expiry, client)))
            return TicketVerdict.Forged;
        var isGood = long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var until)
            && _time.GetUtcNow().ToUnixTimeMilliseconds() < until;
        return isGood ? TicketVerdict.Valid : TicketVerdict.Missing;
    }

    // No part can hold a line end, so no two tickets are the same text.
    private byte[] Mac(Digest diffDigest, string expiry, string client) => HMACSHA256.HashData(
        _secret, Encoding.UTF8.GetBytes($"actor-storage layer {Version}\n{diffDigest}\n{expiry}\n{client}"));
}
