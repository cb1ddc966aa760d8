// SPDX-License-Identifier: Apache-2.0
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cluster.Tests.Transfer;

public sealed class TlsSpec
{
    private static readonly LayerArchive Archive = LayerArchive.Large(1, 4);

    [Fact]
    public async Task Should_fetch_from_a_peer_whose_certificate_is_trusted()
    {
        await using var files = new StorageRoot();
        var (certificate, key) = Make(files, "node", "127.0.0.1");
        await using var from = await ServedRoot.StartAsync($"certificate-file = {certificate}, key-file = {key}");
        await using var to = await ServedRoot.StartAsync();
        var digest = await from.PutAsync(Archive, "there");
        Assert.Equal("https", from.Server.Address.Scheme);

        await to.PutFromAsync(digest, "here", $"trusted-file = {certificate}", from.Peer(digest));

        Assert.Equal(Archive.Bytes, await to.ArchiveAsync("here"));
    }

    [Theory]
    [InlineData("not trusted at all")]
    [InlineData("another one is trusted")]
    [InlineData("it has another name")]
    public async Task Should_send_no_ticket_to_anybody_else(string what)
    {
        await using var files = new StorageRoot();
        var (certificate, key) = Make(files, "node", what == "it has another name" ? "127.0.0.2" : "127.0.0.1");
        var trusted = what switch
        {
            "not trusted at all" => "",
            "another one is trusted" => $"trusted-file = {Make(files, "other", "127.0.0.1").Certificate}, ",
            _ => $"trusted-file = {certificate}, ",
        };
        await using var from = await ServedRoot.StartAsync($"certificate-file = {certificate}, key-file = {key}");
        await using var to = await ServedRoot.StartAsync();
        var digest = await from.PutAsync(Archive, "there");

        var refused = await Assert.ThrowsAsync<StorageException>(
            () => to.PutFromAsync(digest, "here", $"{trusted}attempts-max = 2, retry-min = 1ms", from.Peer(digest)));

        Assert.Equal(StorageErrorKind.Io, refused.Kind);
        Assert.Contains("SSL", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, from.Server.ServedBytes);
    }

    [Fact]
    public async Task Should_not_answer_who_does_not_speak_it()
    {
        await using var files = new StorageRoot();
        var (certificate, key) = Make(files, "node", "127.0.0.1");
        await using var from = await ServedRoot.StartAsync($"certificate-file = {certificate}, key-file = {key}");
        var plain = new UriBuilder(from.Server.Address) { Scheme = "http" }.Uri;
        using var http = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(plain));
    }

    [Theory]
    [InlineData("certificate-file = {0}, key-file = {0}")]
    [InlineData("certificate-file = /nowhere, key-file = /nowhere")]
    public async Task Should_not_start_without_what_it_was_told_to_use(string settings)
    {
        await using var files = new StorageRoot();
        await File.WriteAllTextAsync(files.File("empty.pem"), "");
        var refused = await Assert.ThrowsAsync<StorageException>(() => ServedRoot.StartAsync(
            settings.Replace("{0}", files.File("empty.pem"), StringComparison.Ordinal)));
        Assert.Equal(StorageErrorKind.Invalid, refused.Kind);
    }

    /// <summary>A certificate that is its own authority.</summary>
    private static (string Certificate, string Key) Make(StorageRoot files, string name, string address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Parse(address));
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        File.WriteAllText(files.File($"{name}.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(files.File($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        return (files.File($"{name}.pem"), files.File($"{name}.key"));
    }
}
