// SPDX-License-Identifier: Apache-2.0
using System.IO.Hashing;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// The names of an archive's entries, of which it keeps 128 bits each: up to 100 bytes a name, however long it is.
/// </summary>
internal sealed class NameSet
{
    // Not known outside, so that no archive is made with two names that look like one.
    private static readonly long Seed = Random.Shared.NextInt64();
    private readonly HashSet<UInt128> _digests = [];

    /// <summary>Whether the name was not in it before.</summary>
    public bool Add(string name) => _digests.Add(DigestOf(name));

    public bool Contains(string name) => _digests.Contains(DigestOf(name));

    private static UInt128 DigestOf(string name) => XxHash128.HashToUInt128(EntryText.Encode(name), Seed);
}
