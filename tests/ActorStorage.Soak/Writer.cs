// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Security.Cryptography;

namespace ActorStorage.Soak;

/// <summary>
/// One of those who write: makes, changes and deletes what is his own, and puts names and data of his own on a layer,
/// an image and a container that all of them write to. What he does next is drawn by chance.
/// </summary>
internal sealed class Writer(
    string name, IBench bench, Ledger ledger, Figures figures, Archives archives, Random random)
{
    public static readonly string SharedLayer = Archives.IdOf("shared layer");
    public static readonly string SharedImage = Archives.IdOf("shared image");
    public static readonly string SharedContainer = Archives.IdOf("shared container");

    private const int StacksMax = 3;
    private const int LayersMax = 4;
    private const int SharedNames = 3;
    private readonly List<Stack> _stacks = [];
    private readonly HashSet<string> _resting = new(StringComparer.Ordinal);
    private int _made;

    public async Task WorkAsync(TimeSpan pause, CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            await StepAsync();
            if (pause > TimeSpan.Zero) await Task.Delay(random.NextDouble() * 2 * pause, CancellationToken.None);
        }
    }

    /// <summary>Everybody has looked: what was in doubt is known.</summary>
    public void Wake()
    {
        _resting.Clear();
        foreach (var stack in _stacks) stack.Wake(ledger);
        _stacks.RemoveAll(stack => stack.IsGone);
    }

    private async Task StepAsync()
    {
        var awake = _stacks.Where(stack => !stack.Rests).ToArray();
        var draw = random.Next(100);
        if (draw < 25) await ShareAsync();
        else if (draw < 30) await UpkeepAsync();
        else if (awake.Length == 0 || (draw < 40 && _stacks.Count < StacksMax)) await BeginAsync();
        else await ChangeAsync(awake[random.Next(awake.Length)]);
    }

    private async Task ChangeAsync(Stack stack)
    {
        if (stack.MountPoint is not null) await LeaveAsync(stack);
        else if (stack.Container is not null) await ChangeContainerAsync(stack, stack.Container);
        else if (stack.Image is not null) await ChangeImageAsync(stack, stack.Image);
        else if (stack.Layers.Count > 0) await ChangeLayersAsync(stack, stack.Layers[^1]);
        else _stacks.Remove(stack);
    }

    private async Task BeginAsync()
    {
        if (_stacks.Count >= StacksMax) return;
        var stack = new Stack();
        _stacks.Add(stack);
        await ImportAsync(stack, SharedLayer);
    }

    private async Task ImportAsync(Stack stack, string parent)
    {
        var id = NextId("layer");
        var archive = archives.Layers[random.Next(archives.Layers.Count)];
        var title = $"l-{id[..12]}";
        var work = new Work("import-layer", id, parent, title, File: archive.File);
        Change[] changes = [new($"layer/{id}", archive.Sha256), new($"layer/{id}/name/{title}", Facts.There)];
        // As long as nobody knows it counts, so that nothing is put beside it.
        if (await DoAsync(stack, work, changes) is not Ending.Refused) stack.Layers.Add(id);
    }

    private async Task ChangeLayersAsync(Stack stack, string top)
    {
        switch (random.Next(10))
        {
            case < 3 when stack.IsTopEmpty:
                var archive = archives.Layers[random.Next(archives.Layers.Count)];
                var apply = new Work("applydiff", top, File: archive.File);
                if (await DoAsync(stack, apply, [new($"layer/{top}", archive.Sha256)]) == Ending.Done)
                    stack.IsTopEmpty = false;
                break;
            case < 2 when stack.Layers.Count < LayersMax: await ImportAsync(stack, top); break;
            case < 3 when stack.Layers.Count < LayersMax:
                var id = NextId("layer");
                Change[] changes = [new($"layer/{id}", Facts.NoArchive)];
                if (await DoAsync(stack, new Work("create-layer", id, top), changes) is Ending.Refused) break;
                stack.Layers.Add(id);
                stack.IsTopEmpty = true;
                break;
            case < 4: await SetDataAsync(stack, "layer", top, "own"); break;
            case < 5: await DiffAsync(stack.Layers[random.Next(stack.Layers.Count)]); break;
            case < 6:
                var gone = ledger.Below($"layer/{top}").Select(key => new Change(key, null));
                if (await DoAsync(stack, new Work("delete-layer", top), [.. gone]) != Ending.Done) break;
                stack.Layers.Remove(top);
                stack.IsTopEmpty = false;
                break;
            default:
                var image = NextId("image");
                var title = $"i-{image[..12]}";
                var create = new Work("create-image", image, top, title);
                Change[] made = [new($"image/{image}", top), new($"image/{image}/name/{title}", Facts.There)];
                if (await DoAsync(stack, create, made) != Ending.Refused) stack.Image = image;
                break;
        }
    }

    private async Task ChangeImageAsync(Stack stack, string image)
    {
        switch (random.Next(10))
        {
            case < 3: await SetDataAsync(stack, "image", image, $"item-{random.Next(3)}"); break;
            case < 5: await RenameAsync(stack, "image", image, $"{image[..12]}-{random.Next(3)}"); break;
            case < 6: await DiffAsync(stack.Layers[random.Next(stack.Layers.Count)]); break;
            case < 7:
                // With the layers that nobody else needs: all but the one of all.
                var gone = stack.Layers.SelectMany(layer => ledger.Below($"layer/{layer}"))
                    .Concat(ledger.Below($"image/{image}")).Select(key => new Change(key, null));
                if (await DoAsync(stack, new Work("delete-image", image), [.. gone]) == Ending.Done)
                    _stacks.Remove(stack);
                break;
            default:
                var container = NextId("container");
                var title = $"c-{container[..12]}";
                var create = new Work("create-container", container, image, title);
                Change[] made =
                    [new($"container/{container}", image), new($"container/{container}/name/{title}", Facts.There)];
                if (await DoAsync(stack, create, made) != Ending.Refused) stack.Container = container;
                break;
        }
    }

    private async Task ChangeContainerAsync(Stack stack, string container)
    {
        switch (random.Next(10))
        {
            case < 3: await SetDataAsync(stack, "container", container, $"item-{random.Next(3)}"); break;
            case < 4: await RenameAsync(stack, "container", container, $"{container[..12]}-{random.Next(3)}"); break;
            case < 8:
                var mount = new Work("mount", container);
                var answer = await AskAsync(stack, mount, [new($"mount/{container}", "1")]);
                if (answer.Ending == Ending.Done) stack.MountPoint = answer.Text.Trim();
                break;
            default:
                var gone = ledger.Below($"container/{container}").Select(key => new Change(key, null));
                if (await DoAsync(stack, new Work("delete-container", container), [.. gone]) == Ending.Done)
                    stack.Container = null;
                break;
        }
    }

    /// <summary>Writes into what is mounted, and unmounts it.</summary>
    private async Task LeaveAsync(Stack stack)
    {
        var container = stack.Container!;
        if (random.Next(2) == 0)
        {
            var file = string.Create(CultureInfo.InvariantCulture, $"written-{random.Next(4)}");
            var text = string.Create(CultureInfo.InvariantCulture, $"{name} {random.Next()}");
            try
            {
                await File.WriteAllTextAsync(Path.Combine(stack.MountPoint!, file), text);
                var sum = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
                var work = new Work("write", container, Key: file);
                ledger.Record(bench.Tool, work, [new($"container/{container}/file/{file}", sum)], Ending.Done);
                figures.Count("operations", $"{bench.Tool}, write");
            }
            catch (IOException cause)
            {
                figures.Find("a mount that is none", $"{bench.Tool}: {cause.Message}");
            }
            return;
        }
        if (await DoAsync(stack, new Work("unmount", container), [new($"mount/{container}", null)]) == Ending.Done)
            stack.MountPoint = null;
    }

    /// <summary>Something of his own on what all write to.</summary>
    private async Task ShareAsync()
    {
        var (kind, item) = random.Next(3) switch
        {
            0 => ("layer", SharedLayer),
            1 => ("image", SharedImage),
            _ => ("container", SharedContainer),
        };
        var own = string.Create(CultureInfo.InvariantCulture, $"{name}-{kind}-{random.Next(SharedNames)}");
        if (random.Next(2) == 0) await SetDataAsync(null, kind, item, own);
        else await RenameAsync(null, kind, item, own);
    }

    /// <summary>The Go tool's gc shuts the store down when it is done: what others have mounted is gone then.</summary>
    private async Task UpkeepAsync() =>
        await AskAsync(null, new Work(bench.Tool.StartsWith("ours", StringComparison.Ordinal) ? "gc" : "layers"), []);

    private async Task RenameAsync(Stack? stack, string kind, string item, string own)
    {
        var key = $"{kind}/{item}/name/{own}";
        var isThere = ledger.Has(key);
        // The older Go tool cannot remove a name; and it adds one to those that it read under an earlier lock, which
        // undoes what others did to them in between. So it adds names only to what is its own.
        if (bench.Tool == Cli.Tests.Tools.Tool.GoStable.Name && (isThere || stack is null)) return;
        var work = new Work(isThere ? "remove-names" : "add-names", item, Name: own);
        await DoAsync(stack, work, [new(key, isThere ? null : Facts.There)]);
    }

    private async Task SetDataAsync(Stack? stack, string kind, string item, string key)
    {
        var data = archives.Data[random.Next(archives.Data.Count)];
        var work = new Work($"set-{kind}-data", item, Key: key, File: data.File);
        await DoAsync(stack, work, [new($"{kind}/{item}/data/{key}", data.Sha256)]);
    }

    private async Task DiffAsync(string layer)
    {
        if (ledger.ValueOf($"layer/{layer}") is not { } digest || digest == Facts.NoArchive) return;
        var answer = await AskAsync(null, new Work("diff", layer), []);
        if (answer.Ending == Ending.Done && answer.Sha256 != digest)
            figures.Find("another archive", $"{bench.Tool} gives {answer.Sha256} of {layer} and not {digest}");
    }

    private async Task<Ending> DoAsync(Stack? stack, Work work, Change[] changes) =>
        (await AskAsync(stack, work, changes)).Ending;

    /// <param name="stack">What rests if nobody knows the end; null for what all write to.</param>
    private async Task<Answer> AskAsync(Stack? stack, Work work, Change[] changes)
    {
        // Each key waits until it is known again.
        if (stack is null && changes.Any(change => _resting.Contains(change.Key)))
            return new Answer(Ending.Unknown, "", "");
        var began = DateTime.UtcNow;
        var answer = await bench.RunAsync(work);
        figures.Count("operations", $"{bench.Tool}, {work.Verb}");
        ledger.Record($"{name}, {bench.Tool},", work, changes, answer.Ending, began);
        switch (answer.Ending)
        {
            case Ending.Unknown:
                if (stack is not null) stack.Rests = true;
                _resting.UnionWith(changes.Select(change => change.Key));
                break;
            case Ending.Refused:
                figures.Count("refusals", $"{bench.Tool}, {work.Verb}, {answer.Kind}");
                figures.Find("refused", $"{bench.Tool} {work}: {answer.Text}");
                break;
        }
        return answer;
    }

    private string NextId(string kind) =>
        Archives.IdOf(string.Create(CultureInfo.InvariantCulture, $"{name} {kind} {++_made}"));
}
