// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.SameOutput;

/// <summary>
/// The same command prints the same as with the newest Go tool and ends with the same status; after the same commands
/// the stores look the same.
/// </summary>
public sealed class SameOutputSpec
{
    private static readonly string _scripts = Path.Combine(AppContext.BaseDirectory, "SameOutput", "Scripts");

    /// <summary>
    /// Scripts in which the two differ on purpose: where <c>-s overlay2</c> keeps its layers. They are for those who
    /// look into it.
    /// </summary>
    private static readonly string[] _heldBack = ["driver-options"];

    /// <summary>
    /// Scripts after which the stores differ on purpose: in owners and modes of the directories beside the files of an
    /// overlay layer with other owners, which nobody sees who mounts it.
    /// </summary>
    private static readonly string[] _onlyOutput = ["id-maps"];

    /// <summary>Scripts whose output depends on how layers are stored.</summary>
    private static readonly string[] _forVfs =
        ["changes", "mount", "mount-container", "storage-layers", "whole-store"];

    /// <summary>More of them, for when everything is asked for: each command is a process.</summary>
    private static readonly string[] _moreForVfs = ["check", "diff", "id-maps", "split-store", "stores-of-others"];

    public static TheoryData<string, string> Scripts
    {
        get
        {
            var everything = Everything.IsAskedFor;
            var scripts = Directory.GetFiles(_scripts, "*.script")
                .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)
                .Where(script => everything || !_heldBack.Contains(script));
            var data = new TheoryData<string, string>();
            foreach (var script in scripts)
            {
                data.Add(script, "overlay");
                if (_forVfs.Contains(script) || (everything && _moreForVfs.Contains(script))) data.Add(script, "vfs");
            }
            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Scripts))]
    public async Task Should_print_the_same_as_the_go_tool_when_given_the_same_commands(string script, string driver)
    {
        Tool.Require(Tool.GoNewest, Tool.Ours);
        var steps = ScriptStep.ReadAll(Path.Combine(_scripts, script + ".script")).ToArray();
        Assert.NotEmpty(steps);

        var runs = await Task.WhenAll(
            ScriptRun.AllAsync(Tool.GoNewest, driver, steps), ScriptRun.AllAsync(Tool.Ours, driver, steps));
        var (expected, actual) = (runs[0], runs[1]);

        var differences = expected.Steps.Zip(actual.Steps).Where(pair => !Same(pair.Item1, pair.Item2)).ToArray();
        Assert.True(
            differences.Length == 0,
            $"{differences.Length} of {steps.Length} commands of {script}.script differ\n"
            + string.Concat(differences.Select(pair => Described(pair.Item1, pair.Item2))));
        if (driver == "overlay" && _onlyOutput.Contains(script)) return;
        Assert.True(
            expected.Files.SequenceEqual(actual.Files),
            $"after {script}.script the stores differ\n"
            + string.Join('\n', expected.Files.Except(actual.Files).Select(line => "expected " + line)
                .Concat(actual.Files.Except(expected.Files).Select(line => "got      " + line))));
    }

    private static bool Same(StepResult expected, StepResult actual) =>
        expected.ExitCode == actual.ExitCode
        && expected.Output == actual.Output
        && (expected.Error == actual.Error
            || (expected.Step.Comparison.HasFlag(Comparison.Says)
                && actual.Error.Contains(expected.Error.Trim(), StringComparison.Ordinal)));

    private static string Described(StepResult expected, StepResult actual)
    {
        var text = new StringBuilder().Append('\n').AppendLine(expected.Step.Line);
        if (expected.ExitCode != actual.ExitCode)
            text.Append("  exit expected ").Append(expected.ExitCode)
                .Append(", got ").Append(actual.ExitCode).Append('\n');
        if (expected.Output != actual.Output)
            text.Append("  out expected [").Append(expected.Output).Append("]\n  out got      [")
                .Append(actual.Output).Append("]\n");
        if (expected.Error != actual.Error)
            text.Append("  err expected [").Append(expected.Error).Append("]\n  err got      [")
                .Append(actual.Error).Append("]\n");
        return text.ToString();
    }
}
