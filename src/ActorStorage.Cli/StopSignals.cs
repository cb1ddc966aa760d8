// SPDX-License-Identifier: Apache-2.0
using System.Runtime.InteropServices;

namespace ActorStorage.Cli;

/// <summary>
/// Turns the first SIGINT, SIGTERM or SIGHUP into a cancellation, so that a command can put away what it has half done.
/// The second one ends the process as usual; what it leaves behind is then cleared by the next start.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private const int ExitOfSignal = 128;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<PosixSignalRegistration> _registrations;
    private int _exitCode;

    public StopSignals() => _registrations =
    [
        Register(PosixSignal.SIGINT, 2), Register(PosixSignal.SIGTERM, 15), Register(PosixSignal.SIGHUP, 1),
    ];

    public CancellationToken Stopping => _stopping.Token;

    /// <summary>128 and the signal's number, once one has come.</summary>
    public int? ExitCode => Volatile.Read(ref _exitCode) is var code and not 0 ? code : null;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stopping.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal, int number) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            if (Interlocked.CompareExchange(ref _exitCode, ExitOfSignal + number, 0) != 0) return;
            context.Cancel = true;
            _stopping.Cancel();
        });
}
