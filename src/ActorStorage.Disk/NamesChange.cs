// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk;

/// <summary>What to do with the names of a layer, an image or a container.</summary>
public enum NamesChange
{
    /// <summary>The given names instead of those it has.</summary>
    Set,

    /// <summary>The given names before those it has.</summary>
    Add,

    /// <summary>Those it has, without the given ones.</summary>
    Remove,
}
