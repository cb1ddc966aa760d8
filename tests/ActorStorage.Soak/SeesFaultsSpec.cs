// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Soak;

/// <summary>What the soak is there to find is done to a root behind its back, and must be found.</summary>
public sealed class SeesFaultsSpec : IAsyncLifetime
{
    private readonly SoakRun _soak = new(seed: 1, _ => { });

    private StorageRoot Root => _soak.Root;

    public async Task InitializeAsync()
    {
        Tool.Require(Tool.GoNewest, Tool.GoStable, Tool.Ours);
        await _soak.ShareAsync();
        await DoAsync(new Work("add-names", Writer.SharedImage, Name: "first"), Name("image", "first"));
        await DoAsync(
            new Work("set-container-data", Writer.SharedContainer, Key: "item", File: _soak.Archives.Data[0].File),
            new($"container/{Writer.SharedContainer}/data/item", _soak.Archives.Data[0].Sha256));
    }

    public async Task DisposeAsync() => await _soak.DisposeAsync();

    [SkippableFact]
    public async Task Should_find_nothing_in_a_root_that_is_as_it_was_told()
    {
        await _soak.Judge.LookAsync(int.MaxValue);
        await _soak.Judge.EndAsync();
        Assert.Equal([], _soak.Figures.FindingsAsText());
    }

    /// <summary>What a writer does who has not seen the last change.</summary>
    [SkippableFact]
    public async Task Should_find_a_document_that_was_written_from_an_old_picture()
    {
        var index = Path.Combine(Root.Graph, "overlay-images", "images.json");
        var old = await File.ReadAllBytesAsync(index);
        await DoAsync(new Work("add-names", Writer.SharedImage, Name: "second"), Name("image", "second"));
        await File.WriteAllBytesAsync(index, old);
        await ShouldFindAsync($"lost update: image/{Writer.SharedImage}/name/second is not there");
    }

    [SkippableFact]
    public async Task Should_find_a_record_that_is_gone()
    {
        await Tool.GoNewest.MustAsync(Root, "delete-container", Writer.SharedContainer);
        await ShouldFindAsync($"lost update: container/{Writer.SharedContainer} is not there");
    }

    [SkippableFact]
    public async Task Should_find_a_record_that_came_back()
    {
        var deleted = new Work("delete-container", Writer.SharedContainer);
        var changes = _soak.Ledger.Below($"container/{Writer.SharedContainer}").Select(key => new Change(key, null));
        _soak.Ledger.Record("ours", deleted, [.. changes], Ending.Done);
        await ShouldFindAsync($"lost update: container/{Writer.SharedContainer} is {Writer.SharedImage}");
    }

    [SkippableFact]
    public async Task Should_find_data_that_is_not_what_was_stored()
    {
        await Tool.GoNewest.MustAsync(
            Root, "set-container-data", "-f", _soak.Archives.Data[1].File, Writer.SharedContainer, "item");
        await ShouldFindAsync($"lost update: container/{Writer.SharedContainer}/data/item");
    }

    [SkippableFact]
    public async Task Should_find_a_layer_that_is_damaged()
    {
        await File.AppendAllTextAsync(Path.Combine(Root.DiffOf(Writer.SharedLayer), "etc", "shared.conf"), "more");
        await ShouldFindAsync("check of ours", "check of go-newest");
    }

    [SkippableFact]
    public async Task Should_find_a_mount_that_nobody_was_told_of()
    {
        await Tool.GoNewest.MustAsync(Root, "mount", Writer.SharedContainer);
        await ShouldFindAsync($"lost update: mount/{Writer.SharedContainer} is 1");
    }

    [SkippableFact]
    public async Task Should_find_a_written_file_that_is_gone()
    {
        _soak.Ledger.Record(
            "ours", new Work("write"), [new($"container/{Writer.SharedContainer}/file/written-0", "sum")], Ending.Done);
        await ShouldFindAsync($"lost update: container/{Writer.SharedContainer}/file/written-0 is not there");
    }

    [SkippableFact]
    public async Task Should_find_what_is_left_where_layers_are_staged()
    {
        var staged = Path.Combine(Root.Overlay, "tempdirs");
        Directory.CreateDirectory(Path.Combine(staged, "temp-dir-left"));
        await using (await LockHolder.TakeAsync(Root, Path.Combine(staged, "lock-left")))
            await ShouldFindAsync("left over: overlay/tempdirs/temp-dir-left");
    }

    private static Change Name(string kind, string name) =>
        new($"{kind}/{Writer.SharedImage}/name/{name}", Facts.There);

    private async Task DoAsync(Work work, Change change)
    {
        await Tool.GoNewest.MustAsync(Root, work.Arguments());
        _soak.Ledger.Record(Tool.GoNewest.Name, work, [change], Ending.Done);
    }

    private async Task ShouldFindAsync(params string[] findings)
    {
        await _soak.Judge.LookAsync(int.MaxValue);
        foreach (var finding in findings)
        {
            Assert.Contains(
                _soak.Figures.FindingsAsText(), found => found.StartsWith(finding, StringComparison.Ordinal));
        }
    }
}
