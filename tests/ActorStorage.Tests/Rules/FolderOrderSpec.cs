// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace ActorStorage.Tests.Rules;

/// <summary>
/// Folders of the data plane stand on what is below them, so that each can be read, and tested, without what stands on
/// it. Folders on one step belong together.
/// </summary>
public sealed partial class FolderOrderSpec
{
    private const string Assembly = "src/ActorStorage.Disk";

    private static readonly string[][] FromBelow =
    [
        ["Unix"], ["Trees", "Index", "Copying"], ["Archive"], ["Drivers", "Staged"], ["Extract"], ["Overlay", "Vfs"],
        ["Diff"], ["Upkeep"],
    ];

    [Fact]
    public void Should_have_a_step_for_every_folder()
    {
        var folders = Files().Select(file => file.Folder).Distinct();
        Assert.Equal(FromBelow.SelectMany(step => step).Order(), folders.Order());
    }

    [Fact]
    public void Should_name_no_folder_above_its_own()
    {
        var faults = from file in Files()
                     from used in Uses().Matches(file.Text).Select(match => match.Groups[1].Value)
                     where StepOf(used) > StepOf(file.Folder)
                     select $"{file.Path} uses {used}";
        Assert.Equal([], faults);
    }

    private static int StepOf(string folder) => Array.FindIndex(FromBelow, step => step.Contains(folder));

    private static IEnumerable<(string Folder, string Path, string Text)> Files() =>
        from path in SourceTree.Files(Assembly)
        let parts = Path.GetRelativePath(Path.Combine(SourceTree.Root, Assembly), path).Split('/')
        where parts.Length > 1
        select (parts[0], path, File.ReadAllText(path));

    [GeneratedRegex(@"^using ActorStorage\.Disk\.(\w+);", RegexOptions.Multiline)]
    private static partial Regex Uses();
}
