// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ActorStorage.Cli.Tests.InProcess;
using ActorStorage.Cli.Tests.Tools;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Cli.Tests.SameOutput;

/// <summary>What one step printed, with nothing in it that differs from run to run.</summary>
public sealed record StepResult(ScriptStep Step, int ExitCode, string Output, string Error);

/// <summary>What a whole script printed, and what the store looks like afterwards.</summary>
public sealed record ScriptResult(IReadOnlyList<StepResult> Steps, string[] Files);

/// <summary>Runs a script with one tool in a fresh root.</summary>
public sealed partial class ScriptRun
{
    private static readonly string[] _needProcess = ["unshare", "--unshare", "-U"];
    private readonly Tool _tool;
    private readonly StorageRoot _root;
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    private ScriptRun(Tool tool, StorageRoot root) => (_tool, _root) = (tool, root);

    public static async Task<ScriptResult> AllAsync(
        Tool tool, string driver, IEnumerable<ScriptStep> steps)
    {
        await using var root = new StorageRoot(driver);
        LayerArchive.Small(1).SaveAs(root.File("one.tar"));
        LayerArchive.Small(2).Gzip().SaveAs(root.File("two.tar.gz"));
        await File.WriteAllTextAsync(root.File("text"), "danger\n");
        await File.WriteAllTextAsync(root.File("empty"), "");
        var run = new ScriptRun(tool, root);
        var results = new List<StepResult>();
        foreach (var step in steps)
            results.Add(await run.StepAsync(step));
        return new ScriptResult(results, await StoreListing.OfAsync(root));
    }

    private async Task<StepResult> StepAsync(ScriptStep step)
    {
        var words = step.Arguments.Select(word => word
            .Replace("{files}", _root.Files, StringComparison.Ordinal)
            .Replace("{graph}", _root.Graph, StringComparison.Ordinal)
            .Replace("{run}", _root.Run, StringComparison.Ordinal)).ToArray();
        string[] arguments = step.Comparison.HasFlag(Comparison.Bare) ? words : [.. _root.GlobalOptions, .. words];
        var outcome = await OutcomeAsync(step, arguments);
        if (step.Comparison.HasFlag(Comparison.Code)) return new StepResult(step, outcome.ExitCode, "", "");
        var output = step.Comparison.HasFlag(Comparison.Unzip) ? Unzipped(outcome.OutputBytes) : Text(outcome);
        return new StepResult(
            step, outcome.ExitCode, Normal(output, step.Comparison), Normal(outcome.Error, step.Comparison));
    }

    /// <summary>Ours runs in this process where it needs neither its standard input nor its own directory.</summary>
    private async Task<Outcome> OutcomeAsync(ScriptStep step, string[] arguments)
    {
        var needsProcess = step.Comparison.HasFlag(Comparison.Bare) || step.Comparison.HasFlag(Comparison.Feed)
            || step.Arguments.Any(_needProcess.Contains);
        if (_tool == Tool.Ours && !needsProcess) return await OursInProcess.RunAsync(arguments);
        var running = RunningTool.Start(_tool.Name, _tool.Path, arguments, _root.Directory);
        if (step.Comparison.HasFlag(Comparison.Feed))
            await running.WriteAsync(await File.ReadAllBytesAsync(_root.File("one.tar")));
        return await running.EndAsync();
    }

    /// <summary>Output that is not text is compared by length and digest.</summary>
    private static string Text(Outcome outcome) => outcome.OutputBytes.Contains((byte)0)
        ? Digest(outcome.OutputBytes)
        : outcome.Output;

    private static string Unzipped(byte[] bytes)
    {
        if (bytes.Length < 2 || bytes[0] != 0x1F || bytes[1] != 0x8B) return "not gzip: " + Digest(bytes);
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        gzip.CopyTo(plain);
        return "gzip of " + Digest(plain.ToArray());
    }

    private static string Digest(byte[] bytes)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return string.Create(CultureInfo.InvariantCulture, $"{bytes.Length} bytes sha256:{sha256}");
    }

    private string Normal(string text, Comparison comparison)
    {
        text = text.Replace(_tool.Path, "<tool>", StringComparison.Ordinal)
            .Replace(_root.Directory, "<root>", StringComparison.Ordinal);
        text = Moment().Replace(text, "<time>");
        text = Version().Replace(text, "$1<version>");
        text = OwnName().Replace(text, "$1<tool> ");
        text = RandomId().Replace(text, match => NameOf(match.Value));
        if (comparison.HasFlag(Comparison.First)) text = text.Split('\n')[0];
        if (comparison.HasFlag(Comparison.Sorted))
            text = string.Join('\n', text.Split('\n').Order(StringComparer.Ordinal));
        return text;
    }

    /// <summary>Generated ids are numbered in the order in which they appear.</summary>
    private string NameOf(string id)
    {
        if (!_ids.TryGetValue(id, out var name))
            _ids[id] = name = string.Create(CultureInfo.InvariantCulture, $"<id {_ids.Count + 1}>");
        return name;
    }

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Moment();

    [GeneratedRegex(@"(Version: |""Version"",)\S+")]
    private static partial Regex Version();

    /// <summary>Programs call themselves by their name or the path they were started with.</summary>
    [GeneratedRegex(@"(See '|Usage: )\S+ ")]
    private static partial Regex OwnName();

    [GeneratedRegex("(?<!sha256:)\\b[0-9a-f]{64}\\b")]
    private static partial Regex RandomId();
}
