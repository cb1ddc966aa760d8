// SPDX-License-Identifier: Apache-2.0
using System.Reflection;
using ActorStorage.Cli.Tests.Tools;
using Xunit.Sdk;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>
/// One row for each program and driver. The newest Go tool comes first: what it does not satisfy is a mistake of
/// the test.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolsUnderTestAttribute : DataAttribute
{
    private const string Both = "overlay vfs";

    /// <summary>The drivers to test with, between blanks.</summary>
    public string Drivers { get; init; } = Both;

    /// <summary>
    /// Whether the test is about something that does not depend on how layers are stored. Our program, each run of
    /// which starts a runtime, is then tested with one driver, unless everything is asked for.
    /// </summary>
    public bool AnyDriverWillDo { get; init; }

    /// <summary>Whether there are rows with a transient store as well, with the first driver.</summary>
    public bool TransientToo { get; init; }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        var drivers = Drivers.Split(' ');
        var ours = AnyDriverWillDo && !EverythingIsAskedFor() ? drivers[..1] : drivers;
        foreach (var (tool, itsDrivers) in new[] { (Tool.GoNewest, drivers), (Tool.Ours, ours) })
        {
            foreach (var driver in itsDrivers)
                yield return [new ToolUnderTest(tool, driver, transient: false)];
            if (TransientToo && itsDrivers.Length > 0)
                yield return [new ToolUnderTest(tool, itsDrivers[0], transient: true)];
        }
    }

    private static bool EverythingIsAskedFor() =>
        Environment.GetEnvironmentVariable("ACTORSTORAGE_CONFORMANCE") == "all";
}
