// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorStorage.Cli.Tests.Tools;

/// <summary>PEM files that are good for an hour.</summary>
public static class Certificates
{
    /// <summary>A certificate that is its own authority.</summary>
    public static (string Certificate, string Key) Make(StorageRoot files, string name, string address)
    {
        using var key = Key();
        using var certificate = Self(Request(name, key, address));
        return Save(files, name, key, certificate);
    }

    /// <summary>A certificate of one that has it from the authority, and that one's in the same file. The authority
    /// has a file of its own.</summary>
    public static (string Certificate, string Key) MakeBelow(
        StorageRoot files, string authority, string name, string address)
    {
        using var highestKey = Key();
        using var highest = Self(Request(authority, highestKey));
        Save(files, authority, highestKey, highest);
        using var betweenKey = Key();
        using var unsigned = Signed(highest, Request("between", betweenKey));
        using var between = unsigned.CopyWithPrivateKey(betweenKey);
        using var key = Key();
        using var certificate = Signed(between, Request(name, key, address));
        return Save(files, name, key, certificate, between);
    }

    /// <summary>Certificate and key in one file.</summary>
    public static string Pkcs12(StorageRoot files, string name, string certificate, string key)
    {
        using var both = X509Certificate2.CreateFromPemFile(certificate, key);
        File.WriteAllBytes(files.File($"{name}.p12"), both.Export(X509ContentType.Pkcs12, ""));
        return files.File($"{name}.p12");
    }

    private static ECDsa Key() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <param name="address">Null for an authority.</param>
    private static CertificateRequest Request(string name, ECDsa key, string? address = null)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        if (address is null)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            return request;
        }
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static X509Certificate2 Self(CertificateRequest request) => request.CreateSelfSigned(
        DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));

    private static X509Certificate2 Signed(X509Certificate2 by, CertificateRequest request) =>
        request.Create(by, by.NotBefore, by.NotAfter, RandomNumberGenerator.GetBytes(8));

    private static (string Certificate, string Key) Save(
        StorageRoot files, string name, ECDsa key, params X509Certificate2[] certificates)
    {
        var (certificate, file) = (files.File($"{name}.pem"), files.File($"{name}.key"));
        File.WriteAllText(certificate, string.Join('\n', certificates.Select(each => each.ExportCertificatePem())));
        File.WriteAllText(file, key.ExportPkcs8PrivateKeyPem());
        return (certificate, file);
    }
}
