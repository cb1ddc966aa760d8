// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.TestKit.Scripts;

namespace ActorStorage.TestKit.Tests.Scripts;

/// <summary>What is left when the last line of a script is done.</summary>
public sealed class ScriptEndSpec
{
    private static readonly NodeProtocol.FindMissingOk Ok = new([]);
    private static readonly NodeProtocol.RequestRefused Refused = new(new StorageError(StorageErrorKind.Busy, "full"));

    [Fact]
    public async Task Should_fail_on_each_message_that_no_line_expects()
    {
        var fault = await FaultAsync("> FindMissing\n< FindMissingOk\n> FindMissing", Ok, Ok, Refused);
        Assert.Null(fault.Line);
        Assert.StartsWith(
            "x.script: no line expects what came:\nFindMissingOk { }\nRequestRefused { \"error\": ", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Should_fail_on_a_last_request_whose_reply_no_line_expects_though_it_has_not_come_yet()
    {
        var fault = await FaultAsync("> FindMissing\n< FindMissingOk\n> FindMissing\n> Unsubscribe", Ok);
        Assert.Equal("x.script:3: no line expects the reply to FindMissing", fault.Message);
    }

    [Fact]
    public async Task Should_fail_when_messages_were_lost()
    {
        var fault = await FaultAsync("> FindMissing\n< FindMissingOk", Ok, null);
        Assert.Equal("x.script: lost", fault.Message);
    }

    [Fact]
    public async Task Should_be_content_with_words_that_need_no_reply()
    {
        var script = Script.Parse("> FindMissing\n< FindMissingOk\n> PageTaken\n> Unsubscribe");
        Assert.Equal(new ScriptSummary(3, 1), await script.RunAsync(new Answers(Ok)));
    }

    private static Task<ScriptException> FaultAsync(string text, params INodeMessage?[] answers) =>
        Assert.ThrowsAsync<ScriptException>(() => Script.Parse(text, "x.script").RunAsync(new Answers(answers)));

    /// <summary>They are there from the beginning; null is one that could not be kept.</summary>
    private sealed class Answers(params INodeMessage?[] answers) : IScriptTarget
    {
        private readonly Queue<INodeMessage?> _answers = new(answers);

        public string Files => "";

        public void Send(INodeMessage message)
        {
        }

        public Task<INodeMessage?> NextAsync(TimeSpan waitMax, CancellationToken cancellation)
        {
            if (!_answers.TryDequeue(out var answer)) return Task.FromResult<INodeMessage?>(null);
            return answer is null
                ? Task.FromException<INodeMessage?>(new StorageException(StorageErrorKind.TooLarge, "lost"))
                : Task.FromResult<INodeMessage?>(answer);
        }
    }
}
