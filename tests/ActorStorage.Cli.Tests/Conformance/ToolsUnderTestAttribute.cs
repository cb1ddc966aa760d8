// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using ActorStorage.Cli.Tests.Tools;
using Xunit.Sdk;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>
/// One row for each program and driver. The newest Go tool comes first: what it does not satisfy is a mistake of
/// the test. One driver is enough to see that, unless everything is asked for.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolsUnderTestAttribute : DataAttribute
{
    private const string Both = "overlay vfs";

    /// <summary>The drivers to test with, between blanks.</summary>
    public string Drivers { get; init; } = Both;

    /// <summary>Whether there are rows with a transient store as well, with the first driver.</summary>
    public bool TransientToo { get; init; }

    /// <summary>
    /// Whether each command of ours is a process with the first driver, because something of the test outlives a
    /// process. Where nothing does, a process is a slow way to ask the same; when everything is asked for it is asked.
    /// </summary>
    public bool InProcesses { get; init; }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        var drivers = Drivers.Split(' ');
        foreach (var tool in new[] { Tool.GoNewest, Tool.Ours })
        {
            foreach (var driver in tool == Tool.Ours || Everything.IsAskedFor ? drivers : drivers[..1])
                yield return [Row(tool, driver, driver == drivers[0] && (InProcesses || Everything.IsAskedFor))];
            if (TransientToo) yield return [Row(tool, drivers[0], inProcesses: true, transient: true)];
        }
    }

    private static ToolUnderTest Row(Tool tool, string driver, bool inProcesses, bool transient = false) =>
        new(tool, driver, transient) { InProcesses = inProcesses };
}
