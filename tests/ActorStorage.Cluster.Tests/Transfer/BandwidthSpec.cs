// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cluster.Transfer;

namespace ActorStorage.Cluster.Tests.Transfer;

public sealed class BandwidthSpec
{
    [Fact]
    public void Should_not_wait_for_a_clock_that_was_put_back()
    {
        var clock = new SteppingTime();
        var bandwidth = new Bandwidth(1 << 20, clock);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        bandwidth.Take(1 << 16, patience.Token);
        clock.Now -= TimeSpan.FromHours(1);
        bandwidth.Take(1 << 16, patience.Token);
    }

    /// <summary>A clock on the wall that only goes when it is told to; what is measured goes on.</summary>
    private sealed class SteppingTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddYears(50);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
