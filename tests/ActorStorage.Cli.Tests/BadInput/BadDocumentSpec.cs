// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.BadInput;

/// <summary>A document that cannot be read is named, and nothing is written over it.</summary>
public sealed class BadDocumentSpec
{
    private const string Broken = "[{\"id\":";

    [SkippableTheory]
    [InlineData("ours", "layers", "loading primary layer store data: ")]
    [InlineData("ours", "images", "")]
    [InlineData("ours", "containers", "")]
    [InlineData("go-newest", "layers", "loading primary layer store data: ")]
    [InlineData("go-newest", "images", "")]
    [InlineData("go-newest", "containers", "")]
    public async Task Should_name_the_document_when_it_cannot_be_read(string toolName, string kind, string store)
    {
        var tool = Tool.Named(toolName);
        await using var root = new StorageRoot();
        var document = await BreakAsync(tool, root, kind);

        (await tool.RunAsync(root, kind)).Failed().Says($"{store}loading \"{document}\": ");
        (await tool.RunAsync(root, "create-layer")).Failed(kind == "layers" || tool != Tool.Ours ? 1 : 0);

        Assert.Equal(Broken, await File.ReadAllTextAsync(document));
    }

    /// <summary>The Go tool reads images.json and containers.json before every command.</summary>
    [SkippableTheory]
    [InlineData("layers", "images", "containers")]
    [InlineData("images", "containers", "storage-layers")]
    [InlineData("containers", "images", "status")]
    public async Task Should_do_what_needs_other_documents_when_one_cannot_be_read(
        string kind, params string[] commands)
    {
        await using var root = new StorageRoot();
        await BreakAsync(Tool.Ours, root, kind);
        foreach (var command in commands.Prepend("version")) await Tool.Ours.MustAsync(root, command);
    }

    private static async Task<string> BreakAsync(Tool tool, StorageRoot root, string kind)
    {
        Tool.Require(tool);
        await tool.MustAsync(root, "create-layer", "-i", "one");
        await tool.MustAsync(root, "create-image", "-i", "image", "one");
        await tool.MustAsync(root, "create-container", "-i", "container", "image");
        var document = Path.Combine(root.Graph, $"overlay-{kind}", $"{kind}.json");
        Assert.True(File.Exists(document), $"there is no {document}");
        await File.WriteAllTextAsync(document, Broken);
        return document;
    }
}
