// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;
using ActorStorage.Cluster.Protocol;
using ActorStorage.Disk;
using Google.Protobuf;

namespace ActorStorage.TestKit.Scripts;

/// <summary>Whether a message has the fields that a pattern names. One that is misspelt would never be there, which
/// some patterns are content with.</summary>
internal static class PatternFields
{
    /// <summary>What is wrong; null when nothing is.</summary>
    public static string? Fault(string message, JsonObject pattern)
    {
        // Protobuf reads such names and never writes them.
        if (Names(pattern).FirstOrDefault(name => name.Contains('_', StringComparison.Ordinal)) is { } name)
            return $"{message}: fields are written in camel case, and {name} is not";
        try
        {
            NodeJson.Read(message, Emptied(pattern).ToJsonString());
        }
        catch (StorageException fault) when (fault.InnerException is InvalidProtocolBufferException)
        {
            return fault.Message;
        }
        catch (StorageException)
        {
            // All fields are known. That the message makes no sense without their values was to be expected.
        }
        return null;
    }

    private static IEnumerable<string> Names(JsonNode? node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Names(field.Value).Prepend(field.Key)),
        JsonArray elements => elements.SelectMany(Names),
        _ => [],
    };

    /// <summary>The same fields without values, which in a pattern need not be of the fields' types.</summary>
    private static JsonObject Emptied(JsonObject fields) => new(
        fields.Select(field => KeyValuePair.Create(field.Key, EmptiedValue(field.Value))));

    private static JsonNode? EmptiedValue(JsonNode? node) => node switch
    {
        JsonObject { Count: > 0 } fields => Emptied(fields),
        JsonArray elements when elements.OfType<JsonObject>().Any() =>
            new JsonArray([.. elements.OfType<JsonObject>().Select(Emptied)]),
        _ => null,
    };
}
