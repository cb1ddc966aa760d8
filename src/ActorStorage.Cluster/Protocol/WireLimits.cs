// SPDX-License-Identifier: Apache-2.0
using System.Collections;
using ActorStorage.Disk;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ActorStorage.Cluster.Protocol;

/// <summary>Judges messages by their length, whatever they are: by what protobuf knows of them, so that no field can be
/// forgotten.</summary>
internal static class WireLimits
{
    /// <summary>Why a message may not be sent or taken, TooLarge; null when it may.</summary>
    public static StorageError? Fault(IMessage message, WireSettings settings)
    {
        if (message.CalculateSize() is var size && size > settings.MessageSizeMax)
            return TooLarge($"{message.Descriptor.Name} has {size} bytes", settings.MessageSizeMax);
        return FaultIn(message, settings);
    }

    private static StorageError? FaultIn(IMessage message, WireSettings settings) => message.Descriptor.Fields
        .InDeclarationOrder()
        .Select(field => FaultOf(message, field, settings))
        .FirstOrDefault(fault => fault is not null);

    private static StorageError? FaultOf(IMessage message, FieldDescriptor field, WireSettings settings)
    {
        var value = field.Accessor.GetValue(message);
        if (!field.IsRepeated) return FaultOf(value, Name(field), settings);
        var list = (IList)value;
        return list.Count > settings.ItemsMax
            ? TooLarge($"{Name(field)} has {list.Count} elements", settings.ItemsMax)
            : list.Cast<object>().Select(element => FaultOf(element, Name(field), settings))
                .FirstOrDefault(fault => fault is not null);
    }

    private static StorageError? FaultOf(object? value, string name, WireSettings settings) => value switch
    {
        string text when text.Length > settings.TextLengthMax =>
            TooLarge($"{name} has {text.Length} characters", settings.TextLengthMax),
        IMessage inner => FaultIn(inner, settings),
        _ => null,
    };

    private static string Name(FieldDescriptor field) => $"{field.ContainingType.Name}.{field.Name}";

    private static StorageError TooLarge(string what, int max) =>
        new(StorageErrorKind.TooLarge, $"{what}; a message may have {max}");
}
