// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Akka.Configuration;

namespace ActorStorage.Hosting.Options;

/// <summary>Options as HOCON, so that there is one place where settings are read and judged.</summary>
internal static partial class OptionsHocon
{
    /// <summary>Every key that can be set, with its value; null where it is left to others.</summary>
    /// <param name="options">Some of its properties are areas.</param>
    public static IEnumerable<(string Key, object? Value)> Values(object options) =>
        from property in options.GetType().GetProperties()
        where typeof(IArea).IsAssignableFrom(property.PropertyType)
        let area = property.GetValue(options)
        from setting in property.PropertyType.GetProperties()
        select ($"{Key(property)}.{Key(setting)}", area is null ? null : setting.GetValue(area));

    public static Config Of(object options)
    {
        var hocon = new StringBuilder();
        foreach (var (key, value) in Values(options))
        {
            if (value is not null) hocon.Append("actor-storage.").Append(key).Append(" = ").AppendLine(Text(value));
        }
        return ConfigurationFactory.ParseString(hocon.ToString());
    }

    private static string Key(PropertyInfo property) =>
        Words().Replace(property.Name, "-").ToLowerInvariant();

    private static string Text(object value) => value switch
    {
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.####}ms"),
        string text => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
        Enum name => name.ToString().ToLowerInvariant(),
        _ => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
    };

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex Words();
}
