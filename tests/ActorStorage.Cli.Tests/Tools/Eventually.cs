// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Tools;

/// <summary>Waits for what another process does and nobody announces.</summary>
public static class Eventually
{
    private static readonly TimeSpan _waitMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks again and again; fails the test when it never becomes true.</summary>
    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < _waitMax, $"never happened: {what}");
            await Task.Delay(_between);
        }
    }
}
