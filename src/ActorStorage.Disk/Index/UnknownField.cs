// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Index;

/// <summary>
/// A member of a record that this version has no word for, or whose value it cannot represent. Kept as it was written,
/// so that a newer writer's data survives our rewrite.
/// </summary>
/// <param name="Name">The member's name with its quotes.</param>
/// <param name="Value">The JSON text of its value.</param>
internal readonly record struct UnknownField(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value);
