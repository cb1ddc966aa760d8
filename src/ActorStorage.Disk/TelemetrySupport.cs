// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk;

/// <summary>
/// Whether anything is measured for listeners at all: a program that runs for moments says no in its runtime
/// configuration, as with the framework's own switch for meters. Apart from <see cref="Telemetry"/>, so that the
/// question makes none of its instruments, nor loads the library they come from.
/// </summary>
internal static class TelemetrySupport
{
    public const string Switch = "ActorStorage.Telemetry.IsSupported";

    public static bool IsOn { get; } = !AppContext.TryGetSwitch(Switch, out var isOn) || isOn;
}
