// SPDX-License-Identifier: Apache-2.0
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorStorage.Disk;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace ActorStorage.Cluster.Transfer;

/// <summary>The certificates that the settings name.</summary>
internal static class TransferTls
{
    /// <summary>What this node shows: its certificate, and all in the file with it, of which others need those that
    /// lead from it to an authority that they believe.</summary>
    /// <returns>Null for plain HTTP.</returns>
    /// <exception cref="StorageException">Invalid: the files are no certificate with its key.</exception>
    public static HttpsConnectionAdapterOptions? ServerOptions(TransferSettings settings)
    {
        if (settings.CertificateFile.Length == 0) return null;
        return Read(settings.CertificateFile, () =>
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(settings.CertificateFile);
            return new HttpsConnectionAdapterOptions
            {
                ServerCertificate = X509Certificate2.CreateFromPemFile(settings.CertificateFile, settings.KeyFile),
                ServerCertificateChain = chain,
            };
        });
    }

    /// <summary>Whom to believe. The name in the certificate must be the peer's in either case.</summary>
    /// <exception cref="StorageException">Invalid: the file has no certificates.</exception>
    public static SslClientAuthenticationOptions ClientOptions(TransferSettings settings)
    {
        var options = new SslClientAuthenticationOptions();
        if (settings.TrustedFile.Length == 0) return options;
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // There is nobody to ask about certificates of one's own.
            RevocationMode = X509RevocationMode.NoCheck,
        };
        Read(settings.TrustedFile, () =>
        {
            policy.CustomTrustStore.ImportFromPemFile(settings.TrustedFile);
            return policy.CustomTrustStore.Count > 0
                ? policy
                : throw new CryptographicException("it has no certificate");
        });
        options.CertificateChainPolicy = policy;
        return options;
    }

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception cause) when (cause is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StorageException(StorageErrorKind.Invalid, $"certificate {path}: {cause.Message}", path, cause);
        }
    }
}
