// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Index;

/// <summary>A range of user or group ids inside a container and where it lies on the host.</summary>
/// <param name="ContainerId">First id inside.</param>
/// <param name="HostId">First id on the host.</param>
/// <param name="Size">How many ids.</param>
public readonly record struct IdMap(long ContainerId, long HostId, long Size);
