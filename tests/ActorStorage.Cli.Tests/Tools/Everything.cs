// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Tools;

/// <summary>
/// What only repeats something waits for <c>tests/run --all</c>, which sets <c>ACTORSTORAGE_CONFORMANCE=all</c>: rows
/// that differ from others in nothing that matters, and rounds beyond those that show a fault nearly as well. README.md
/// lists them.
/// </summary>
public static class Everything
{
    public static bool IsAskedFor { get; } = Environment.GetEnvironmentVariable("ACTORSTORAGE_CONFORMANCE") == "all";

    /// <summary>How often, how many or how long.</summary>
    public static int Else(int otherwise, int all) => IsAskedFor ? all : otherwise;
}
