// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>
/// The users and groups of the host to which the ids of a layer or container are mapped. They lie above 2^31, where
/// signed arithmetic goes wrong; number 2 is not mapped at all.
/// </summary>
public readonly record struct MappedRange(uint User, uint Group, int Size)
{
    private const int HostNumber = 2;

    /// <summary>The ranges of a stack: the lowest layer's, then one for each layer on it.</summary>
    public static readonly int[] Numbers = [1, 2, 3];

    public static MappedRange Of(int number, int size = 6)
    {
        if (number == HostNumber) return new MappedRange(0, 0, size);
        var user = (32_767u + (uint)(number * 4_097)) * 65_536;
        return new MappedRange(user, user + (65_536 * 77), size);
    }

    /// <summary>The options that give a new layer or container this range.</summary>
    public string[] Options => User == 0
        ? ["--hostuidmap", "--hostgidmap"]
        : ["--uidmap", Option(User), "--gidmap", Option(Group)];

    /// <summary>The owner on the host of what belongs to this user and this group inside.</summary>
    public Owner OwnerOf(int id) => new(User + (uint)id, Group + (uint)id);

    private string Option(uint start) => string.Create(CultureInfo.InvariantCulture, $"0:{start}:{Size}");
}
