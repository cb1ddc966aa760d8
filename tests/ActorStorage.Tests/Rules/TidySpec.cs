// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Tests.Rules;

public sealed class TidySpec
{
    private const int LinesMax = 600;
    private const int ColumnsMax = 120;
    private const string Licence = "// SPDX-License-Identifier: Apache-2.0";

    public static TheoryData<string> Folders => ["src", "tests", "bench"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Should_keep_every_file_short_narrow_plain_and_licensed(string folder)
    {
        var faults = SourceTree.Files(folder).SelectMany(Faults).ToList();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public void Should_block_no_thread_of_the_pool_in_the_product()
    {
        string[] words = ["Task.Run(", "Thread.Sleep(", ".Result;", "Task.Delay("];
        var faults = SourceTree.Files("src/ActorStorage", "src/ActorStorage.Disk")
            .SelectMany(file => words.Where(File.ReadAllText(file).Contains).Select(word => $"{file}: {word}"))
            .ToList();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static IEnumerable<string> Faults(string file)
    {
        var lines = File.ReadAllLines(file);
        if (lines.Length > LinesMax) yield return $"{file}: {lines.Length} lines";
        if (lines.Length == 0 || lines[0] != Licence) yield return $"{file}: no licence line";
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > ColumnsMax) yield return $"{file}:{i + 1}: {lines[i].Length} columns";
            if (lines[i].Any(c => c > '~')) yield return $"{file}:{i + 1}: not ASCII";
        }
    }
}
