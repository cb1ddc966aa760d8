// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk;

namespace ActorStorage.Configuration;

/// <summary>
/// A list of texts that a later file replaces, unless it, or an earlier one, says <c>{append=true}</c> among the texts.
/// </summary>
internal sealed class ConfList
{
    private bool _appends;

    public IReadOnlyList<string> Values { get; private set; } = [];

    /// <exception cref="StorageException">Invalid: it is no list, or holds something that is no text.</exception>
    public void Apply(ConfEntry entry)
    {
        if (entry.Value is not List<object> items)
        {
            throw StorageConfDocument.Failure(entry, $"unable to cast to interface array: {Shown(entry.Value)}");
        }
        var texts = new List<string>();
        foreach (var item in items)
        {
            switch (item)
            {
                case string text: texts.Add(text); break;
                case Dictionary<string, object> attributes: SetAttributes(entry, attributes); break;
                default:
                    throw StorageConfDocument.Failure(
                        entry, $"unsupported item in attributed string slice: {Shown(item)}");
            }
        }
        Values = _appends ? [.. Values, .. texts] : texts;
    }

    private void SetAttributes(ConfEntry entry, Dictionary<string, object> attributes)
    {
        foreach (var (name, value) in attributes)
        {
            if (name != "append")
            {
                throw StorageConfDocument.Failure(entry, $"unsupported key {Quoted.Text(name)} in map");
            }
            _appends = value as bool?
                ?? throw StorageConfDocument.Failure(entry, $"unable to cast append to bool: {Shown(value)}");
        }
    }

    private static string Shown(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
