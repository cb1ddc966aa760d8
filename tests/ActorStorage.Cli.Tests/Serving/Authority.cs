// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Serving;

/// <summary>An authority that signs the certificates of nodes.</summary>
internal sealed class Authority
{
    private readonly StorageRoot _root;
    private readonly X509Certificate2 _certificate;

    public Authority(StorageRoot root)
    {
        _root = root;
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=authority {Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        File = root.File($"authority-{Guid.NewGuid():N}.pem");
        System.IO.File.WriteAllText(File, _certificate.ExportCertificatePem());
    }

    /// <summary>Whom to trust, as PEM.</summary>
    public string File { get; }

    /// <summary>A certificate for that address, in the forms in which it is wanted.</summary>
    /// <returns>The settings of a node that has it.</returns>
    public string Write(string name, string address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(
            _certificate, DateTimeOffset.UtcNow.AddMinutes(-30), DateTimeOffset.UtcNow.AddMinutes(30),
            Guid.NewGuid().ToByteArray());
        using var whole = signed.CopyWithPrivateKey(key);
        System.IO.File.WriteAllBytes(_root.File($"{name}.p12"), whole.Export(X509ContentType.Pkcs12, ""));
        System.IO.File.WriteAllText(_root.File($"{name}.crt"), signed.ExportCertificatePem());
        System.IO.File.WriteAllText(_root.File($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        var settings = _root.File($"{name}.conf");
        System.IO.File.WriteAllText(settings, $$"""
            akka.remote.dot-netty.tcp {
              # Of the node; who asks it is elsewhere.
              hostname = 192.0.2.1
              port = 4053
              enable-ssl = on
              ssl {
                certificate { path = "{{_root.File($"{name}.p12")}}", password = "" }
                suppress-validation = off
                require-mutual-authentication = on
              }
            }
            actor-storage.transfer {
              certificate-file = "{{_root.File($"{name}.crt")}}"
              key-file = "{{_root.File($"{name}.key")}}"
              trusted-file = "{{File}}"
            }
            """);
        return settings;
    }
}
