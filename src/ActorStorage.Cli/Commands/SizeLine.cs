// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>The line that tells a size, or why there is none: one layer that cannot be read must not hide the
/// rest.</summary>
internal static class SizeLine
{
    public static async Task<string> OfAsync(Func<Task<long>> measure)
    {
        try
        {
            return $"Size: {await measure()}";
        }
        catch (StorageException failure) when (failure.Kind != StorageErrorKind.Cancelled)
        {
            return $"Size unknown: {FailureWords.Of(failure)}";
        }
    }
}
