// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Output;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Cli.Commands;

/// <summary>create-layer, import-layer, create-image and create-container: one new record.</summary>
internal static class CreationCommands
{
    public static Task<int> CreateLayer(CommandContext context) => PutAsync(context, NewLayer(context), blob: null);

    public static async Task<int> ImportLayer(CommandContext context)
    {
        var file = context.Options.Text(CommandOptions.InputFile);
        if (file.Length > 0)
        {
            var blob = LayerBlob.FromFile(InputFiles.Existing(file));
            return await PutAsync(context, NewLayer(context), blob);
        }
        var layer = NewLayer(context);
        await using var input = new StandardInput(context.Cancellation);
        return await PutAsync(context, layer, new LayerBlob("standard input", () => input));
    }

    public static async Task<int> CreateImage(CommandContext context)
    {
        var options = context.Options;
        var id = options.Text(CommandOptions.Id);
        var wanted = new NewImage
        {
            Id = id.Length > 0 ? new ImageId(id) : ImageId.Random(),
            Names = [.. options.List(CommandOptions.Name)],
            Metadata = await MetadataCommands.GivenAsync(context),
            TopLayer = context.FirstOrNull,
            Digest = DigestOrNull(options.Text(CommandOptions.Digest)),
        };
        var image = await context.Client.CreateImageAsync(wanted, context.Cancellation);
        Print(context, image, image.Id.Value);
        return 0;
    }

    public static async Task<int> CreateContainer(CommandContext context)
    {
        var options = context.Options;
        var id = options.Text(CommandOptions.Id);
        var metadata = await MetadataCommands.GivenAsync(context);
        var asked = IdMapOptions.Read(options);
        asked.Maps.CheckRanges();
        var image = context.FirstOrNull is { } text ? await context.ImageAsync(text) : null;
        var wanted = new NewContainer
        {
            Id = id.Length > 0 ? new ContainerId(id) : ContainerId.Random(),
            Names = [.. options.List(CommandOptions.Name)],
            Metadata = metadata,
            Image = image?.Id.Value,
            Volatile = options.Flag(CommandOptions.Volatile),
            Maps = asked.Wanted,
        };
        var container = await context.Client.CreateContainerAsync(wanted, context.Cancellation);
        Print(context, container, container.Id.Value);
        return 0;
    }

    private static NewLayer NewLayer(CommandContext context)
    {
        var options = context.Options;
        var id = options.Text(CommandOptions.Id);
        return new NewLayer
        {
            Id = id.Length > 0 ? new LayerId(id) : LayerId.Random(),
            Names = [.. options.List(CommandOptions.Name).Distinct(StringComparer.Ordinal)],
            Parent = context.FirstOrNull,
            MountLabel = options.Text(CommandOptions.Label),
            Maps = IdMapOptions.Read(options).Wanted,
            Writeable = !options.Flag(CommandOptions.ReadOnly),
        };
    }

    private static async Task<int> PutAsync(CommandContext context, NewLayer wanted, LayerBlob? blob)
    {
        var (layer, _) = await context.Client.PutLayerAsync(new PutLayer(wanted, blob), context.Cancellation);
        Print(context, layer, layer.Id.Value);
        return 0;
    }

    private static Digest? DigestOrNull(string text)
    {
        if (text.Length == 0) return null;
        return Digest.Fault(text) is { } fault
            ? throw new StorageException(
                StorageErrorKind.Invalid,
                $"validating digests for new image: validating image digest {Quoted.Text(text)}: {fault}")
            : new Digest(text);
    }

    private static void Print(CommandContext context, StoredRecord made, string id)
    {
        if (context.Json)
        {
            context.Terminal.Json(new GoJson().Record(made.Encoded.Span));
            return;
        }
        context.Terminal.OutLine(id);
        foreach (var name in made.Names) context.Terminal.OutLine($"\t{name}");
    }
}
