// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.SameOutput;

/// <summary>The same command prints the same as with the newest Go tool, and ends with the same status.</summary>
public sealed class SameOutputSpec
{
    private static readonly string _scripts = Path.Combine(AppContext.BaseDirectory, "SameOutput", "Scripts");

    public static TheoryData<string> Scripts =>
    [
        .. Directory.GetFiles(_scripts, "*.script")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal),
    ];

    [SkippableTheory]
    [MemberData(nameof(Scripts))]
    public async Task Should_print_the_same_as_the_go_tool_when_given_the_same_commands(string script)
    {
        Tool.Require(Tool.GoNewest, Tool.Ours);
        var steps = ScriptStep.ReadAll(Path.Combine(_scripts, script + ".script")).ToArray();
        Assert.NotEmpty(steps);

        var expected = await ScriptRun.AllAsync(Tool.GoNewest, steps);
        var actual = await ScriptRun.AllAsync(Tool.Ours, steps);

        var differences = expected.Zip(actual).Where(pair => !Same(pair.First, pair.Second)).ToArray();
        Assert.True(
            differences.Length == 0,
            $"{differences.Length} of {steps.Length} commands of {script}.script differ\n"
            + string.Concat(differences.Select(pair => Described(pair.First, pair.Second))));
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
