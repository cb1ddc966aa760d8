// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace ActorStorage.Disk.Index;

/// <summary>The open set of flags of a record. Values of any kind are kept as they were written.</summary>
public sealed class LayerFlags
{
    /// <summary>True while a layer is under construction or deletion: the next loader deletes it.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>The digest an image names for a layer that was identified by its table of contents.</summary>
    public const string ExpectedDiffDigest = "expected-layer-diffid";

    private static readonly ReadOnlyMemory<byte> True = "true"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> False = "false"u8.ToArray();
    private readonly ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> _values;

    private LayerFlags(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> values) => _values = values;

    public static LayerFlags Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal));

    public int Count => _values.Count;

    public IEnumerable<string> Names => _values.Keys;

    /// <summary>Whether the flag is there and is the boolean true; the text "true" is not.</summary>
    public bool IsTrue(string name) => _values.TryGetValue(name, out var value) && value.Span.SequenceEqual(True.Span);

    /// <summary>The flag's text, or null when it is missing or not a text.</summary>
    public string? Text(string name)
    {
        if (!_values.TryGetValue(name, out var value)) return null;
        var reader = new Utf8JsonReader(value.Span);
        return reader.Read() && reader.TokenType == JsonTokenType.String ? JsonText.Read(ref reader) : null;
    }

    public LayerFlags With(string name, bool value) => WithRaw(name, value ? True : False);

    public LayerFlags With(string name, string value)
    {
        var encoded = new ArrayBufferWriter<byte>();
        JsonText.Write(encoded, value);
        return WithRaw(name, encoded.WrittenMemory);
    }

    public LayerFlags Without(string name)
    {
        var left = _values.Remove(name);
        return ReferenceEquals(left, _values) ? this : new LayerFlags(left);
    }

    internal LayerFlags WithRaw(string name, ReadOnlyMemory<byte> json) => new(_values.SetItem(name, json));

    internal void Write(IBufferWriter<byte> to)
    {
        var separator = "{"u8;
        foreach (var (name, value) in _values)
        {
            to.Write(separator);
            JsonText.Write(to, name);
            to.Write(":"u8);
            to.Write(value.Span);
            separator = ","u8;
        }
        to.Write("}"u8);
    }
}
