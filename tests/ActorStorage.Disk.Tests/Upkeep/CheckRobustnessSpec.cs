// SPDX-License-Identifier: Apache-2.0
using System.Globalization;

namespace ActorStorage.Disk.Tests.Upkeep;

/// <summary>Whatever was done to the files of layers, a check ends with findings and never without a report.</summary>
public sealed class CheckRobustnessSpec
{
    private const int Rounds = 40;

    [SkippableTheory]
    [InlineData("overlay", 1)]
    [InlineData("overlay", 2)]
    [InlineData("vfs", 3)]
    public void Should_end_with_a_report_when_files_of_layers_are_damaged_at_random(string driver, int seed)
    {
        using var root = new UpkeepRoot(driver);
        var store = StoreDamage.Of(root);
        var records = root.Records();
        Assert.True(root.Check().IsClean);
        var random = new Random(seed);
        var reports = 0;

        for (var round = 0; round < Rounds; round++)
        {
            var files = Victims(store);
            var victim = files[random.Next(files.Count)];
            Damage(victim, random);

            var report = root.Check(records: records);

            Assert.All(
                report.Layers.Values.SelectMany(lines => lines),
                line => Assert.True(line.Length > "layer ".Length, line));
            reports += report.IsClean ? 0 : 1;
        }

        Assert.True(
            reports > 0,
            string.Create(CultureInfo.InvariantCulture, $"no damage was found in {Rounds} rounds"));
    }

    /// <summary>Files of the layers that are not part of an index.</summary>
    private static List<string> Victims(StoreDamage store)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Device };
        return
        [
            .. new[] { store.Driver, $"{store.Driver}-layers" }
                .SelectMany(directory => Directory.EnumerateFileSystemEntries(store.Root[directory], "*", options))
                .Where(path => path.Contains(store.Base.Value, StringComparison.Ordinal)
                    || path.Contains(store.Top.Value, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static void Damage(string path, Random random)
    {
        var isDirectory = Directory.Exists(path) && new FileInfo(path).LinkTarget is null;
        if (isDirectory && random.Next(4) > 0)
        {
            File.SetUnixFileMode(path, (UnixFileMode)random.Next(0x200));
            return;
        }
        if (!isDirectory && new FileInfo(path) is { LinkTarget: null, Length: > 0 } file && random.Next(4) > 0)
        {
            var bytes = File.ReadAllBytes(path);
            if (random.Next(3) == 0) Array.Resize(ref bytes, random.Next(bytes.Length));
            else for (var i = 0; i < 3; i++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, bytes);
            return;
        }
        if (isDirectory) Directory.Delete(path, recursive: true);
        else File.Delete(path);
        switch (random.Next(4))
        {
            case 0: Directory.CreateDirectory(path); break;
            case 1: File.CreateSymbolicLink(path, path); break;
            case 2: File.WriteAllText(path, "something else"); break;
        }
    }
}
