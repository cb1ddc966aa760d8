// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage;

/// <summary>
/// How long to wait before something that failed is tried again: twice as long each time, up to a longest wait. What
/// has worked for longer than that begins anew. Outlives the actor that it is about, so that a crash does not reset it.
/// </summary>
internal sealed class BackOff(TimeSpan min, TimeSpan max, TimeProvider time)
{
    private DateTimeOffset _until = DateTimeOffset.MinValue;
    private TimeSpan _last;

    /// <summary>How long is still to be waited; zero when it may be tried now.</summary>
    public TimeSpan Remaining => _until - time.GetUtcNow() is { Ticks: > 0 } remaining ? remaining : TimeSpan.Zero;

    /// <summary>It has failed again.</summary>
    /// <returns>How long is to be waited now.</returns>
    public TimeSpan Fail()
    {
        var now = time.GetUtcNow();
        var isAnew = now - _until > max;
        var wait = isAnew ? min : _last * 2 < max ? _last * 2 : max;
        (_last, _until) = (wait, now + wait);
        return wait;
    }
}
