// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Text;

namespace ActorStorage.Cli.Tests.Tools;

/// <summary>Everything a file system tree says about itself, as text that can be compared.</summary>
public static class TreeListing
{
    /// <summary>
    /// One line per object with name, kind, mode, owner, size, device, links, time, link target and content, then
    /// the extended attributes. Sizes of directories and times that nobody has set are left out.
    /// </summary>
    public static async Task<string> OfAsync(string directory)
    {
        var objects = await Command.RunInAsync(
            directory, "find", ".", "-exec", "stat", "--format=%n|%F|%a|%u:%g|%s|%t:%T|%h|%Y|%N", "{}", "+");
        var contents = await Command.RunInAsync(
            directory, "find", ".", "-type", "f", "-exec", "sha256sum", "{}", "+");
        var attributes = await Command.RunInAsync(
            directory, "getfattr", "--recursive", "--physical", "--dump", "--match=-", ".");
        var listing = new StringBuilder();
        listing.AppendJoin('\n', objects.Succeeded().Lines.Select(Stable).Order(StringComparer.Ordinal)).Append('\n');
        listing.AppendJoin('\n', contents.Succeeded().Lines.Order(StringComparer.Ordinal)).Append('\n');
        listing.Append(SortedParagraphs(attributes.Succeeded().Output));
        return listing.ToString();
    }

    private static string Stable(string line)
    {
        var fields = line.Split('|');
        if (fields.Length < 9) return line;
        if (fields[1] == "directory") fields[4] = fields[6] = "-";
        // Archives of the tests carry times long past; anything else is the moment of the test.
        if (long.Parse(fields[7], CultureInfo.InvariantCulture) > 1_750_000_000) fields[7] = "now";
        return string.Join('|', fields);
    }

    private static string SortedParagraphs(string text) => string.Join(
        "\n\n", text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
}
