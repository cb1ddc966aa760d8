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
    private readonly ScriptValues _values = new(known);
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
        target.Send(NodeJson.Read(send.Message, json));
        _sent++;
    }

    private async Task ExpectAsync(ScriptStep.Expect expect)
    {
        var left = _within - TimeProvider.System.GetElapsedTime(_sentAt);
        var message = await target.NextAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellation)
            ?? throw Fault(expect, $"no {expect.Message} within {_within.TotalSeconds:0.###} s");
        var (name, json) = (NodeJson.NameOf(message), NodeJson.Write(message));
        say?.Invoke($"< {name} {json}");
        if (name != expect.Message) throw Fault(expect, $"expected {expect.Message}, got {name} {json}");
        var differences = JsonPattern.Differences(expect.Pattern, JsonNode.Parse(json), _values);
        if (differences.Count > 0)
            throw Fault(expect, $"{name}: {string.Join("; ", differences)}\nall of it: {json}");
        _received++;
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
}
