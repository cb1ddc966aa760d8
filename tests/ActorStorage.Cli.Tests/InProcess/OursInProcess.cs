// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Cli.Output;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.InProcess;

/// <summary>
/// Our program without a process of its own, whose start costs more than most commands: for tests of many commands,
/// where how a process behaves is not the question. It has no standard input, and the directory and environment of the
/// tests.
/// </summary>
internal static class OursInProcess
{
    private static readonly TimeSpan _endMax = TimeSpan.FromSeconds(180);

    public static Task<Outcome> RunAsync(params string[] arguments) => RunAsync(arguments, isMerged: false);

    /// <summary>Runs it to its end on a thread of its own, as it would run in a process.</summary>
    /// <param name="isMerged">Whether errors go where the output goes.</param>
    public static async Task<Outcome> RunAsync(string[] arguments, bool isMerged)
    {
        using var output = new MemoryStream();
        using var error = isMerged ? output : new MemoryStream();
        var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                var terminal = new Terminal(output, error, errorIsTerminal: false);
                var exitCode = CommandRunner.Run(arguments, terminal);
                terminal.Flush();
                ended.SetResult(exitCode);
            }
            catch (Exception unforeseen)
            {
                ended.SetException(unforeseen);
            }
        })
        { IsBackground = true };
        thread.Start();
        var command = $"ours in process {string.Join(' ', arguments)}";
        var exit = await ended.Task.WaitAsync(_endMax);
        return new Outcome(command, exit, output.ToArray(), isMerged ? "" : Encoding.UTF8.GetString(error.ToArray()));
    }

    /// <summary>The same on a root.</summary>
    public static Task<Outcome> RunAsync(StorageRoot root, params string[] arguments) =>
        RunAsync([.. root.GlobalOptions, .. arguments]);
}
