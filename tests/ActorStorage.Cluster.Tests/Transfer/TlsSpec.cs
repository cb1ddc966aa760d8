// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.Cluster.Transfer;
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
        var (certificate, key) = Certificates.Make(files, "node", "127.0.0.1");
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
        var address = what == "it has another name" ? "127.0.0.2" : "127.0.0.1";
        var (certificate, key) = Certificates.Make(files, "node", address);
        var trusted = what switch
        {
            "not trusted at all" => "",
            "another one is trusted" =>
                $"trusted-file = {Certificates.Make(files, "other", "127.0.0.1").Certificate}, ",
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

    [Theory]
    [InlineData("authority", true)]
    [InlineData("node", false)]
    public async Task Should_believe_an_authority_through_those_between_and_no_certificate_alone(
        string trusted, bool isBelieved)
    {
        await using var files = new StorageRoot();
        var (certificate, key) = Certificates.MakeBelow(files, "authority", "node", "127.0.0.1");
        await using var from = await ServedRoot.StartAsync($"certificate-file = {certificate}, key-file = {key}");
        await using var to = await ServedRoot.StartAsync();
        var digest = await from.PutAsync(Archive, "there");

        var put = to.PutFromAsync(
            digest, "here", $"trusted-file = {files.File($"{trusted}.pem")}, attempts-max = 1", from.Peer(digest));

        if (isBelieved) await put;
        else Assert.Equal(StorageErrorKind.Io, (await Assert.ThrowsAsync<StorageException>(() => put)).Kind);
    }

    [Fact]
    public async Task Should_send_no_ticket_in_the_clear_where_it_was_told_whom_to_believe()
    {
        await using var files = new StorageRoot();
        var (certificate, _) = Certificates.Make(files, "node", "127.0.0.1");
        await using var from = await ServedRoot.StartAsync();
        await using var to = await ServedRoot.StartAsync();
        var digest = await from.PutAsync(Archive, "there");
        var drawn = 0;
        var peer = new Peer(from.Server.Address, _ =>
        {
            drawn++;
            return from.Ticket(digest);
        });

        var refused = await Assert.ThrowsAsync<StorageException>(
            () => to.PutFromAsync(digest, "here", $"trusted-file = {certificate}", peer));

        Assert.Equal(StorageErrorKind.AccessDenied, refused.Kind);
        Assert.Equal((0, 0), (drawn, from.Server.ServedBytes));
    }

    [Fact]
    public async Task Should_not_answer_who_does_not_speak_it()
    {
        await using var files = new StorageRoot();
        var (certificate, key) = Certificates.Make(files, "node", "127.0.0.1");
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
}
