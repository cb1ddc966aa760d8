// SPDX-License-Identifier: Apache-2.0
using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace ActorStorage.Disk.Index;

/// <summary>The open set of flags of a record. Values of any kind are kept as they were written.</summary>
public sealed class RecordFlags
{
    /// <summary>True while a layer is under construction or deletion: the next loader deletes it.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>The digest an image names for a layer that was identified by its table of contents.</summary>
    public const string ExpectedDiffDigest = "expected-layer-diffid";

    /// <summary>The SELinux labels of a container: to mount with, and of its processes.</summary>
    public const string MountLabel = "MountLabel";
    public const string ProcessLabel = "ProcessLabel";

    /// <summary>What a container's layer is mounted with, a list of texts.</summary>
    public const string MountOptions = "MountOpts";

    /// <summary>True when a container's layer is mounted without syncs.</summary>
    public const string Volatile = "Volatile";

    private static readonly ReadOnlyMemory<byte> True = "true"u8.ToArray();
    private static readonly ReadOnlyMemory<byte> False = "false"u8.ToArray();
    private readonly ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> _values;

    private RecordFlags(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> values) => _values = values;

    public static RecordFlags Empty { get; } =
        new(ImmutableSortedDictionary.Create<string, ReadOnlyMemory<byte>>(Utf8Order.Instance));

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

    /// <summary>The flag's texts, or none when it is missing or not a list of texts.</summary>
    public ImmutableArray<string> Texts(string name)
    {
        if (!_values.TryGetValue(name, out var value)) return [];
        var reader = new Utf8JsonReader(value.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) return [];
        var texts = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String) texts.Add(JsonText.Read(ref reader));
        return reader.TokenType == JsonTokenType.EndArray ? texts.DrainToImmutable() : [];
    }

    public RecordFlags With(string name, bool value) => WithRaw(name, value ? True : False);

    public RecordFlags With(string name, string value)
    {
        var encoded = new ArrayBufferWriter<byte>();
        JsonText.Write(encoded, value);
        return WithRaw(name, encoded.WrittenMemory);
    }

    public RecordFlags With(string name, IReadOnlyCollection<string> values)
    {
        var encoded = new ArrayBufferWriter<byte>();
        JsonText.Write(encoded, values);
        return WithRaw(name, encoded.WrittenMemory);
    }

    public RecordFlags Without(string name)
    {
        var left = _values.Remove(name);
        return ReferenceEquals(left, _values) ? this : new RecordFlags(left);
    }

    internal RecordFlags WithRaw(string name, ReadOnlyMemory<byte> json) => new(_values.SetItem(name, json));

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
