// SPDX-License-Identifier: Apache-2.0
using System.Net;

namespace ActorStorage.Cluster.Transfer;

/// <summary>
/// Addresses of a host. The system's resolver blocks and cannot be ended, and the framework would have it block a
/// thread of the pool. So each lookup has a thread for itself, which is left alone with it when it takes too long.
/// </summary>
internal static class NameLookup
{
    /// <param name="host">A name, or an address as text.</param>
    public static Task<IPAddress[]> StartAsync(string host) => IPAddress.TryParse(host, out var address)
        ? Task.FromResult<IPAddress[]>([address])
        : Task.Factory.StartNew(
            () => Dns.GetHostAddresses(host), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
}
