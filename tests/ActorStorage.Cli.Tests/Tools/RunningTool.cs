// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace ActorStorage.Cli.Tests.Tools;

/// <summary>A program that has been started; its streams are drained from the first moment.</summary>
public sealed class RunningTool
{
    /// <summary>Long enough for the slowest step on a busy machine; reached only by something that hangs.</summary>
    private static readonly TimeSpan _endMax = TimeSpan.FromSeconds(180);

    private readonly Process _process;
    private readonly string _command;
    private readonly Task<byte[]> _output;
    private readonly Task<string> _error;

    private RunningTool(Process process, string command)
    {
        (_process, _command) = (process, command);
        _output = DrainAsync(process.StandardOutput.BaseStream);
        _error = process.StandardError.ReadToEndAsync();
    }

    public int ProcessId => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>Starts a program in a directory, which is its home as well.</summary>
    /// <param name="environment">Variables to set beside those that every test has.</param>
    public static RunningTool Start(
        string name, string path, IReadOnlyList<string> arguments, string directory,
        params (string Variable, string Value)[] environment)
    {
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory,
        };
        // What a caller's configuration says must not decide what a test sees.
        string[] variables =
        [
            "STORAGE_DRIVER", "STORAGE_OPTS", "CONTAINERS_STORAGE_CONF", "CONTAINERS_STORAGE_CONF_OVERRIDE",
            "XDG_CONFIG_HOME",
        ];
        foreach (var variable in variables) start.Environment.Remove(variable);
        start.Environment["HOME"] = directory;
        // Shifting ids at mount time is the one thing that Go tools do differently from machine to machine.
        start.Environment["_CONTAINERS_OVERLAY_DISABLE_IDMAP"] = "yes";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";    // a killed process would leave its diagnostic socket
        foreach (var (variable, value) in environment) start.Environment[variable] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"cannot start {path}");
        return new RunningTool(process, $"{name} {string.Join(' ', arguments)}");
    }

    /// <summary>
    /// Writes to its standard input. All but the last 64 KiB have been read by the program when this returns,
    /// because a pipe holds no more.
    /// </summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(bytes).AsTask().WaitAsync(_endMax);
        }
        catch (IOException)
        {
            // It stopped reading: a program that refuses its input says so by its exit status.
        }
    }

    /// <summary>Ends its input and waits for its end; kills it and fails the test when it hangs.</summary>
    public async Task<Outcome> EndAsync()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The same as above: buffered bytes met a closed pipe.
        }
        using var deadline = new CancellationTokenSource(_endMax);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"still running after {_endMax.TotalSeconds} s: {_command}");
        }
        var outcome = new Outcome(_command, _process.ExitCode, await _output, await _error);
        _process.Dispose();
        return outcome;
    }

    /// <summary>SIGKILL, to it and to what it has started.</summary>
    public async Task<Outcome> KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        return await EndAsync();
    }

    private static async Task<byte[]> DrainAsync(Stream stream)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
