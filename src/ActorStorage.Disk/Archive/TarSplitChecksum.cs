// SPDX-License-Identifier: Apache-2.0
using System.IO.Hashing;

namespace ActorStorage.Disk.Archive;

/// <summary>
/// The checksum of a payload in a tar-split: CRC-64 with the polynomial of ISO 3309, bits reflected, all ones before
/// and complemented after. "123456789" gives b90956c775a41001. Stored with the highest byte first.
/// </summary>
public static class TarSplitChecksum
{
    private static readonly Crc64ParameterSet Parameters = Crc64ParameterSet.Create(
        polynomial: 0x1b, initialValue: ulong.MaxValue, finalXorValue: ulong.MaxValue, reflectValues: true);

    public static Crc64 Create() => new(Parameters);
}
