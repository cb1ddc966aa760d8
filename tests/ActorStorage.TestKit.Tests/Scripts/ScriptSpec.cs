// SPDX-License-Identifier: Apache-2.0
using ActorStorage.TestKit.Scripts;
using Akka.Actor;

namespace ActorStorage.TestKit.Tests.Scripts;

public sealed class ScriptSpec : Akka.TestKit.Xunit2.TestKit
{
    private const string Lease = """> AcquireLease {"lease": {"name": "build", "keepMs": "1000"}}""";
    private const string Collect = """> Collect {"targetBytes": "7"}""";

    private readonly string _files = Directory.CreateTempSubdirectory("as-script-").FullName;

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(_files, recursive: true);
    }

    [Fact]
    public async Task Should_send_in_turn_and_take_what_comes_back_as_values()
    {
        var said = new List<string>();
        var summary = await RunAsync(
            """
            # Whatever is asked for is not there.
            archive base small 1
            > FindMissing {"digests": ["${base.digest}"]}
            < FindMissingOk {"missing": ["${base.digest}"]}

            within 5s
            > AcquireLease {"lease": {"name": "${who}",
                "keepMs": "1000"}}
            < AcquireLeaseOk {"name": "${lease=}", "missing": []}
            > RenewLease {"lease": {"name": "${lease}", "keepMs": "1000"}}
            < RenewLeaseOk {"name": "build-1"}
            > RenewLease {"lease": {"name": "other", "keepMs": "1000"}}
            < RequestRefused {"error": {"kind": "NotFound"}}
            """,
            new() { ["who"] = "build" }, said);
        Assert.Equal(new ScriptSummary(4, 4), summary);
        Assert.Equal(8, said.Count);
        Assert.StartsWith("> FindMissing {\"digests\":[\"sha256:", said[0], StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_files, "base.tar")));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"count": 2}""")]
    [InlineData("""{"diskBytes": 7, "count": "2"}""")]
    [InlineData("""{"layers": ["..."]}""")]
    [InlineData("""{"layers": [{"layer": "one", "diskBytes": "5000000000"}, "..."]}""")]
    [InlineData("""{"layers": [{"layer": "*"}, {"diskBytes": "*"}]}""")]
    public Task Should_be_content_with_a_pattern_that_says_less(string pattern) =>
        RunAsync($"{Collect}\n< CollectOk {pattern}");

    [Theory]
    [InlineData("""{"count": 3}""", "count: expected \"3\", got 2")]
    [InlineData("""{"layers": []}""", "layers: expected 0 elements, got [")]
    [InlineData("""{"layers": [{}, {}, {}, "..."]}""", "layers: expected 3 elements or more, got [")]
    [InlineData("""{"layers": [{"layer": "two"}, {}]}""", "layers[0].layer: expected \"two\", got \"one\"")]
    [InlineData("""{"layers": {}}""", "layers: expected an object, got [")]
    [InlineData("""{"diskBytes": null}""", "diskBytes: expected nothing, got \"7\"")]
    [InlineData("""{"layers": "${x=}", "dryRun": null}""", "Unknown field: dryRun")]
    [InlineData("""{"lauers": "*"}""", "Unknown field: lauers")]
    [InlineData("""{"lauers": null}""", "Unknown field: lauers")]
    [InlineData("""{"layers": ["*", {"layr": ""}, "..."]}""", "Unknown field: layr")]
    [InlineData("""{"layers": [{"disk_bytes": 0}, "..."]}""", "camel case, and disk_bytes is not")]
    [InlineData("""{"count": "${x}"}""", "${x} is not known; known are y")]
    public async Task Should_name_the_line_and_the_field_that_differs(string pattern, string text)
    {
        var fault = await FaultAsync($"# line 1\n{Collect}\n< CollectOk {pattern}", new() { ["y"] = "1" });
        Assert.Equal(3, fault.Line);
        Assert.StartsWith("x.script:3: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(text, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_say_what_came_in_the_place_of_the_expected_reply()
    {
        var fault = await FaultAsync($"{Lease}\n< FindMissingOk");
        Assert.Contains("expected FindMissingOk, got AcquireLeaseOk {", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_wait_for_a_reply_no_longer_than_it_may_take()
    {
        var fault = await FaultAsync("within 200ms\n> Drain\n< DrainOk");
        Assert.Equal("x.script:3: no DrainOk within 0.2 s", fault.Message);
    }

    [Theory]
    [InlineData("> Collect {}\nCollectOk", 2, "not a message (>, <)")]
    [InlineData("> Colect {}", 1, "there is no message Colect; there are AcquireLease,")]
    [InlineData("> Collect {\"targetBytes\": \"7\",\n  \"dryRun\"}", 2, "this is no JSON")]
    [InlineData("> Collect []", 1, "a message is a JSON object")]
    [InlineData("# words\n  {}", 2, "there is none")]
    [InlineData("> Collect {\"targetBytes\": \"7\", \"targetBytes\": \"8\"}", 1, "targetBytes")]
    [InlineData("> Collect\n< CollectOk {\"layers\": [{\"layer\": \"a\", \"layer\": \"b\"}]}", 2, "'layer'")]
    [InlineData("# words\n< FindMissingOk {\"mising\": []}", 2, "FindMissingOk: Unknown field: mising")]
    [InlineData("within 5", 1, "within takes a time")]
    [InlineData("within 999999m", 1, "999999m is more than 24 hours")]
    [InlineData("archive base tiny 1", 1, "archive NAME small SEED")]
    [InlineData("archive base small one", 1, "one is no number")]
    public void Should_name_the_line_that_cannot_be_read(string text, int line, string what)
    {
        var fault = Assert.Throws<ScriptException>(() => Script.Parse(text, "x.script"));
        Assert.Equal(line, fault.Line);
        Assert.Contains(what, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_name_the_line_of_a_message_that_has_no_such_field()
    {
        var fault = await FaultAsync("\n> Collect {\"target\": \"7\"}");
        Assert.Equal(2, fault.Line);
        Assert.Contains("target", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Should_name_the_file_that_is_not_there() => Assert.StartsWith(
        "/no/such.script: ", Assert.Throws<ScriptException>(() => Script.Load("/no/such.script")).Message,
        StringComparison.Ordinal);

    private async Task<ScriptSummary> RunAsync(
        string text, Dictionary<string, string>? values = null, List<string>? said = null)
    {
        await using var target = new NodeTarget(Sys, Sys.ActorOf(Props.Create<CannedNode>()), _files);
        return await Script.Parse(text, "x.script").RunAsync(target, values, said is null ? null : said.Add);
    }

    private Task<ScriptException> FaultAsync(string text, Dictionary<string, string>? values = null) =>
        Assert.ThrowsAsync<ScriptException>(() => RunAsync(text, values));
}
