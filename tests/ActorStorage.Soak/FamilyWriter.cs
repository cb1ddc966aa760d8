// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Cli.Tests.Archives;
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Soak;

/// <summary>skopeo, buildah and podman, one after the other: an image is stored, a container made of it, changed, an
/// image of that made, and everything deleted. They fail by the same race as the Go tool, and try again.</summary>
internal sealed class FamilyWriter(StorageRoot root, Ledger ledger, Figures figures)
{
    private const int AttemptsMax = 10;
    private int _round;
    private string? _source;

    private string[] Store => ["--root", root.Graph, "--runroot", root.Run, "--storage-driver", "overlay"];

    public async Task WorkAsync(CancellationToken ending)
    {
        _source ??= await MakeSourceAsync();
        while (!ending.IsCancellationRequested)
        {
            var (small, made, built) = (Name("small"), Name("made"), $"built-{_round++}");
            await MustAsync(
                [new($"named/{small}", Facts.There)],
                "skopeo", "copy", "--insecure-policy", $"dir:{_source}", Reference(small));
            await MustAsync(
                [new($"built/{built}", Facts.There)],
                "buildah", [.. Store, "from", "--pull=never", "--name", built, small]);
            await MustAsync(
                [], "buildah", [.. Store, "run", "--isolation", "chroot", built, "touch", $"/{built}"]);
            await MustAsync([new($"named/{made}", Facts.There)], "buildah", [.. Store, "commit", built, made]);
            await MustAsync([], "podman", [.. Store, "image", "exists", made]);
            await MustAsync([new($"built/{built}", null)], "buildah", [.. Store, "rm", built]);
            await MustAsync([], "podman", [.. Store, "ps", "--all", "--external"]);
            if (ending.IsCancellationRequested) break;
            await MustAsync([new($"named/{made}", null)], "buildah", [.. Store, "rmi", made]);
            await MustAsync([new($"named/{small}", null)], "podman", [.. Store, "rmi", small]);
        }
    }

    private string Name(string what) => string.Create(
        CultureInfo.InvariantCulture, $"localhost/{what}-{_round}:latest");

    private string Reference(string name) => $"containers-storage:[overlay@{root.Graph}+{root.Run}]{name}";

    private async Task MustAsync(Change[] changes, string program, params string[] arguments)
    {
        var verb = arguments.First(argument => argument is "copy" or "from" or "run" or "commit" or "exists" or "rm"
            or "ps" or "rmi");
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await Command.RunAsync(program, arguments);
            figures.Count("operations", $"{program}, {verb}");
            var isDone = outcome.ExitCode == 0;
            if (isDone || attempt == AttemptsMax)
            {
                var work = new Work(verb, changes.FirstOrDefault().Key ?? "");
                ledger.Record(program, work, changes, isDone ? Ending.Done : Ending.Refused);
                if (!isDone) figures.Find("refused", $"{outcome}");
                return;
            }
            figures.Count("tried again", $"{program}, {verb}: {LastLine(outcome.Error)}");
        }
    }

    private static string LastLine(string text)
    {
        var line = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault("");
        return line.Length <= 200 ? line : line[..200];
    }

    private async Task<string> MakeSourceAsync()
    {
        var system = await SmallSystem.MakeAsync(root);
        var source = Directory.CreateDirectory(root.File("source")).FullName;
        await File.WriteAllTextAsync(Path.Combine(source, "version"), "Directory Transport Version: 1.1\n");
        await File.WriteAllTextAsync(Path.Combine(source, "manifest.json"), system.Manifest);
        await File.WriteAllTextAsync(Path.Combine(source, system.ImageId), system.Configuration);
        var sum = (await Command.RunAsync("sha256sum", system.LayerFile)).Succeeded();
        File.Copy(system.LayerFile, Path.Combine(source, sum.Output.Split(' ')[0]));
        return source;
    }
}
