// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;
using Xunit.Abstractions;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>A program and how it is told to store layers: one row of every conformance test.</summary>
public sealed class ToolUnderTest : IXunitSerializable
{
    public ToolUnderTest()
    {
    }

    public ToolUnderTest(Tool tool, string driver, bool transient) =>
        (Tool, Driver, IsTransient) = (tool, driver, transient);

    public Tool Tool { get; private set; } = Tool.Ours;

    /// <summary>The storage driver: <c>overlay</c> or <c>vfs</c>.</summary>
    public string Driver { get; private set; } = "overlay";

    /// <summary>Whether containers and their layers are kept in the run root.</summary>
    public bool IsTransient { get; private set; }

    /// <summary>Whether each command is a process, if the program is ours; a Go tool's always is.</summary>
    public bool InProcesses { get; internal set; }

    /// <summary>
    /// Runs a test in a directory of its own. Afterwards the program itself must be able to clear it: whatever the
    /// test left mounted, <c>wipe</c> and <c>shutdown</c> leave nothing that hinders the removal of the directory.
    /// </summary>
    public async Task InRootAsync(Func<ConformanceRoot, Task> test)
    {
        Tool.Require(Tool);
        var root = new ConformanceRoot(this);
        try
        {
            await test(root);
            await root.TearDownAsync();
        }
        finally
        {
            await root.RemoveAsync();
        }
    }

    /// <summary>The same in a directory on a file system whose files can share extents.</summary>
    public Task InRootWithReflinksAsync(Func<ConformanceRoot, Task> test) => InRootAsync(async root =>
    {
        await ReflinkFileSystem.MountOnAsync(root.Directory);
        await test(root);
    });

    public void Serialize(IXunitSerializationInfo info)
    {
        info.AddValue(nameof(Tool), Tool.Name);
        info.AddValue(nameof(Driver), Driver);
        info.AddValue(nameof(IsTransient), IsTransient);
        info.AddValue(nameof(InProcesses), InProcesses);
    }

    public void Deserialize(IXunitSerializationInfo info)
    {
        Tool = Tool.Named(info.GetValue<string>(nameof(Tool)));
        Driver = info.GetValue<string>(nameof(Driver));
        IsTransient = info.GetValue<bool>(nameof(IsTransient));
        InProcesses = info.GetValue<bool>(nameof(InProcesses));
    }

    public override string ToString() => $"{Tool.Name}, {Driver}{(IsTransient ? ", transient" : "")}";
}
