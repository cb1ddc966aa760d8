// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk;

/// <summary>
/// The id of a container. Usually 64 lower-case hex characters. Records of other tools may bear any text, and are read
/// all the same; a new container needs an id that can be a directory's name.
/// </summary>
public readonly record struct ContainerId(string Value)
{
    public string Value { get; } = Value ?? throw new ArgumentNullException(nameof(Value));

    public static ContainerId Random() => new(RecordId.RandomText());

    /// <summary>
    /// Why no container may be made with this id, or null when one may. The names of the store's own files are as
    /// impossible as those that lead out of its directory.
    /// </summary>
    public string? CreationFault => RecordId.Fault(Value)
        ?? (Value is "containers.json" or "volatile-containers.json" or "containers.lock" || Value.StartsWith('.')
            ? "is a name that the store itself uses"
            : null);

    public override string ToString() => Value ?? "";
}
