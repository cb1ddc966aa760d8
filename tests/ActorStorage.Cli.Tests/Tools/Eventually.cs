// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Tools;

/// <summary>Waits for what another process does and nobody announces.</summary>
public static class Eventually
{
    private static readonly TimeSpan _waitMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks again and again; fails the test when it never becomes true.</summary>
    public static Task TrueAsync(Func<bool> condition, string what) =>
        TrueAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < _waitMax, $"never happened: {what}");
            await Task.Delay(_between);
        }
    }
}
