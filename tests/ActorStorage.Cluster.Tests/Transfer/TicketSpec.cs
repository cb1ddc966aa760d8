// SPDX-License-Identifier: Apache-2.0
using System.Net;
using ActorStorage.Cluster.Transfer;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cluster.Tests.Transfer;

public sealed class TicketSpec
{
    private static readonly Digest Layer = ServedRoot.DigestOf(LayerArchive.Small(1));
    private static readonly Digest Other = ServedRoot.DigestOf(LayerArchive.Small(2));

    [Fact]
    public void Should_be_good_for_one_layer_of_one_node_for_a_while()
    {
        var clock = new ManualTime();
        var tickets = Tickets.Random(clock);
        var ticket = tickets.Issue(Layer, "node 2\n", TimeSpan.FromSeconds(60));
        Assert.Equal(TicketVerdict.Valid, tickets.Check(ticket, Layer));
        Assert.Equal(TicketVerdict.Forged, tickets.Check(ticket, Other));
        Assert.Equal(TicketVerdict.Forged, Tickets.Random(clock).Check(ticket, Layer));
        clock.Now += TimeSpan.FromSeconds(59);
        Assert.Equal(TicketVerdict.Valid, tickets.Check(ticket, Layer));
        clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(TicketVerdict.Missing, tickets.Check(ticket, Layer));
    }

    [Fact]
    public void Should_be_worthless_with_any_character_changed()
    {
        var tickets = Tickets.Random();
        var ticket = tickets.Issue(Layer, "node-2", TimeSpan.FromMinutes(1));
        for (var i = 0; i < ticket.Length; i++)
        {
            var changed = ticket.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            // The last one has bits that mean nothing.
            if (i == ticket.Length - 1) changed[i] = '!';
            Assert.NotEqual(TicketVerdict.Valid, tickets.Check(new string(changed), Layer));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1...")]
    [InlineData("1.2.3.4.5")]
    [InlineData("2.9999999999999.bm9kZQ.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void Should_be_missing_when_it_is_none(string? ticket) =>
        Assert.Equal(TicketVerdict.Missing, Tickets.Random().Check(ticket, Layer));

    [Fact]
    public void Should_want_a_secret_that_is_one() =>
        Assert.Throws<StorageException>(() => new Tickets(new byte[31]));

    [Fact]
    public async Task Should_be_asked_for_before_anything_is_read()
    {
        await using var root = await ServedRoot.StartAsync();
        var digest = await root.PutAsync(LayerArchive.Small(1), "layer");
        var expired = root.Tickets.Issue(digest, "spec", TimeSpan.FromSeconds(-1));
        await AssertAsync(null, HttpStatusCode.Unauthorized);
        await AssertAsync("nonsense", HttpStatusCode.Unauthorized);
        await AssertAsync(expired, HttpStatusCode.Unauthorized);
        await AssertAsync(root.Ticket(Other), HttpStatusCode.Forbidden);
        await AssertAsync(Tickets.Random().Issue(digest, "spec", TimeSpan.FromMinutes(1)), HttpStatusCode.Forbidden);
        Assert.Equal(0, root.Server.ServedBytes);
        // Nor does anybody learn which layers there are.
        using var unknown = await root.AskAsync(Other.Value, null);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);

        async Task AssertAsync(string? ticket, HttpStatusCode status)
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Put])
            {
                using var answer = await root.AskAsync(digest.Value, ticket, method: method);
                Assert.Equal(status, answer.StatusCode);
            }
        }
    }

    private sealed class ManualTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
