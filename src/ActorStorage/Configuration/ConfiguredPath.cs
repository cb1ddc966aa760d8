// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text.RegularExpressions;
using Mono.Unix;

namespace ActorStorage.Configuration;

/// <summary>A path as somebody wrote it into storage.conf, made one that can be used.</summary>
internal static partial class ConfiguredPath
{
    /// <summary>Puts in variables and the user's id. Symbolic links are followed when the whole path is there, so that
    /// one place has one name.</summary>
    public static string Expand(string path, StorageConfEnvironment environment)
    {
        var expanded = path.Contains('$') ? WithVariables(path, environment) : path;
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(expanded));
        return Path.Exists(full) ? UnixPath.GetCompleteRealPath(full) : full;
    }

    private static string WithVariables(string path, StorageConfEnvironment environment)
    {
        var user = environment.RootlessUserId.ToString(CultureInfo.InvariantCulture);
        return VariablePattern().Replace(
            path.Replace("$UID", user, StringComparison.Ordinal),
            match => environment.Variable(match.Groups["name"].Value) ?? "");
    }

    [GeneratedRegex(@"\$(?:\{(?<name>[^}]*)\}|(?<name>[A-Za-z_][A-Za-z0-9_]*))")]
    private static partial Regex VariablePattern();
}
