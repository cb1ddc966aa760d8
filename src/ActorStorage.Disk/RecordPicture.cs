// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk;

/// <summary>What a process holds in memory of a store.</summary>
/// <param name="Token">What stood in the lock file then.</param>
/// <param name="IsOwn">Whether this process wrote it last, and did not load it.</param>
public sealed record RecordPicture(IRecords Records, LockToken Token, bool IsOwn);
