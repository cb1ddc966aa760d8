// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.Json.Nodes;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.TestKit.Scripts;

/// <summary>One run of a script from its first line on.</summary>
internal sealed class ScriptRun(
    Script script, IScriptTarget target, IReadOnlyDictionary<string, string>? known, Action<string>? say,
    CancellationToken cancellation)
{
    private const int LeftMax = 20;
    private readonly ScriptValues _values = new(known);
    private ScriptStep.Send? _unanswered;
    private int _sent;
    private int _received;
    private long _sentAt = TimeProvider.System.GetTimestamp();
    private TimeSpan _within;

    public async Task<ScriptSummary> RunAsync()
    {
        foreach (var step in script.Steps)
        {
            try
            {
                await StepAsync(step);
            }
            catch (Exception fault) when (fault is KeyNotFoundException or StorageException or IOException
                or OverflowException)
            {
                throw Fault(step, fault.Message);
            }
        }
        await EndAsync();
        return new ScriptSummary(_sent, _received);
    }

    private Task StepAsync(ScriptStep step)
    {
        switch (step)
        {
            case ScriptStep.Send send: Send(send); break;
            case ScriptStep.MakeArchive make: Make(make); break;
            case ScriptStep.Expect expect: return ExpectAsync(expect);
        }
        return Task.CompletedTask;
    }

    private void Send(ScriptStep.Send send)
    {
        var json = _values.Fill(send.Body)!.ToJsonString();
        say?.Invoke($"> {send.Message} {json}");
        (_sentAt, _within) = (TimeProvider.System.GetTimestamp(), send.Within);
        var message = NodeJson.Read(send.Message, json);
        if (message is INodeRequest) _unanswered = send;
        target.Send(message);
        _sent++;
    }

    private async Task ExpectAsync(ScriptStep.Expect expect)
    {
        var left = _within - TimeProvider.System.GetElapsedTime(_sentAt);
        var message = await target.NextAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellation)
            ?? throw Fault(expect, $"no {expect.Message} within {_within.TotalSeconds:0.###} s");
        var (name, json) = Say(message);
        if (name != expect.Message) throw Fault(expect, $"expected {expect.Message}, got {name} {json}");
        var differences = JsonPattern.Differences(expect.Pattern, JsonNode.Parse(json), _values);
        if (differences.Count > 0)
            throw Fault(expect, $"{name}: {string.Join("; ", differences)}\nall of it: {json}");
        _received++;
        _unanswered = null;
    }

    /// <summary>Fails on what came and no line took, so far as it is there by now, and on a last request whose reply
    /// nobody looks at: it may be a refusal.</summary>
    private async Task EndAsync()
    {
        var left = new List<string>();
        try
        {
            while (left.Count < LeftMax && await target.NextAsync(TimeSpan.Zero, cancellation) is { } message)
                left.Add($"{Say(message)}");
        }
        catch (StorageException lost)
        {
            throw new ScriptException(script.Name, null, lost.Message);
        }
        if (left.Count > 0)
            throw new ScriptException(script.Name, null, $"no line expects what came:\n{string.Join('\n', left)}");
        if (_unanswered is { } request) throw Fault(request, $"no line expects the reply to {request.Message}");
    }

    private Word Say(INodeMessage message)
    {
        var word = new Word(NodeJson.NameOf(message), NodeJson.Write(message));
        say?.Invoke($"< {word}");
        return word;
    }

    private void Make(ScriptStep.MakeArchive make)
    {
        var archive = make.Kind switch
        {
            "small" => LayerArchive.Small(make.Seed),
            "files" => LayerArchive.ManyFiles(make.Seed, make.Size),
            _ => LayerArchive.Large(make.Seed, make.Size),
        };
        var path = archive.SaveAs(Path.Combine(target.Files, $"{make.Name}.tar"));
        _values.Set($"{make.Name}.url", $"file://{path}");
        _values.Set($"{make.Name}.digest", archive.Digest.ToString());
        _values.Set($"{make.Name}.size", archive.Bytes.Length.ToString(CultureInfo.InvariantCulture));
    }

    private ScriptException Fault(ScriptStep step, string text) => new(script.Name, step.Line, text);

    private readonly record struct Word(string Name, string Json)
    {
        public override string ToString() => $"{Name} {Json}";
    }
}
