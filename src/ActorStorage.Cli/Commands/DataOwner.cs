// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Cli.Commands;

/// <summary>A kind of record that carries named data.</summary>
internal abstract class DataOwner
{
    public static DataOwner Layer { get; } = new OfLayer();
    public static DataOwner Image { get; } = new OfImage();
    public static DataOwner Container { get; } = new OfContainer();

    /// <summary>What it is called in messages.</summary>
    public abstract string Kind { get; }

    /// <summary>In order of first use.</summary>
    public abstract Task<IReadOnlyList<string>> KeysAsync(CommandContext context, string item);

    public abstract Task<ReadOnlyMemory<byte>> GetAsync(CommandContext context, string item, string key);

    public abstract Task SetAsync(CommandContext context, string item, string key, ReadOnlyMemory<byte> value);

    /// <summary>What is known of an item; null where nothing is.</summary>
    public abstract Task<(long? Size, Digest? Digest)> MeasureAsync(CommandContext context, string item, string key);

    // The empty path keeps it from being read as "no such layer".
    private static StorageException NoSuchItem(string message) => new(StorageErrorKind.NotFound, message, "");

    private sealed class OfLayer : DataOwner
    {
        public override string Kind => "layer";

        public override async Task<IReadOnlyList<string>> KeysAsync(CommandContext context, string item) =>
            (await context.LayerAsync(item)).BigDataNames;

        public override async Task<ReadOnlyMemory<byte>> GetAsync(CommandContext context, string item, string key)
        {
            var layer = await context.LayerAsync(item);
            if (layer.BigDataNames.Contains(key))
            {
                return await context.Client.GetBigDataAsync(layer.Id.Value, key, context.Cancellation);
            }
            throw NoSuchItem(
                $"locating item named {Quoted.Text(key)} for layer with ID {Quoted.Text(layer.Id.Value)}: "
                    + "file does not exist");
        }

        public override async Task SetAsync(
            CommandContext context, string item, string key, ReadOnlyMemory<byte> value)
        {
            var layer = await context.LayerAsync(item);
            await context.Client.SetBigDataAsync(layer.Id.Value, key, value, context.Cancellation);
        }

        public override Task<(long? Size, Digest? Digest)> MeasureAsync(
            CommandContext context, string item, string key) =>
            throw new NotSupportedException("of a layer's data neither size nor digest is recorded");
    }

    private sealed class OfImage : DataOwner
    {
        public override string Kind => "image";

        public override async Task<IReadOnlyList<string>> KeysAsync(CommandContext context, string item) =>
            (await context.ImageAsync(item)).BigData.Names;

        public override async Task<ReadOnlyMemory<byte>> GetAsync(CommandContext context, string item, string key)
        {
            var image = await context.ImageAsync(item);
            if (image.BigData.Names.Contains(key))
            {
                return await context.Client.GetImageDataAsync(image.Id.Value, key, context.Cancellation);
            }
            throw NoSuchItem(
                $"locating item named {Quoted.Text(key)} for image with ID {Quoted.Text(item)} "
                    + "(consider removing the image to resolve the issue): file does not exist");
        }

        public override async Task SetAsync(
            CommandContext context, string item, string key, ReadOnlyMemory<byte> value)
        {
            var image = await context.ImageAsync(item);
            await context.Client.SetImageDataAsync(image.Id.Value, key, value, digest: null, context.Cancellation);
        }

        public override async Task<(long? Size, Digest? Digest)> MeasureAsync(
            CommandContext context, string item, string key)
        {
            var data = (await context.ImageAsync(item)).BigData;
            return (data.SizeOf(key), data.DigestOf(key));
        }
    }

    private sealed class OfContainer : DataOwner
    {
        public override string Kind => "container";

        public override async Task<IReadOnlyList<string>> KeysAsync(CommandContext context, string item) =>
            (await context.ContainerAsync(item)).BigData.Names;

        public override async Task<ReadOnlyMemory<byte>> GetAsync(CommandContext context, string item, string key)
        {
            if (key.Length == 0)
            {
                throw NoSuchItem(
                    "can't retrieve container big data value for empty name: not a valid name for a big data item");
            }
            var container = await context.ContainerAsync(item);
            return await context.Client.GetContainerDataAsync(container.Id.Value, key, context.Cancellation);
        }

        public override async Task SetAsync(
            CommandContext context, string item, string key, ReadOnlyMemory<byte> value)
        {
            var container = await context.ContainerAsync(item);
            await context.Client.SetContainerDataAsync(container.Id.Value, key, value, context.Cancellation);
        }

        /// <summary>Only what has a name is measured: the Go tool says of anything else that it is not known.</summary>
        public override async Task<(long? Size, Digest? Digest)> MeasureAsync(
            CommandContext context, string item, string key)
        {
            var container = await context.ContainerAsync(item);
            if (!container.BigData.Names.Contains(key)) return (null, null);
            return await context.Client.MeasureContainerDataAsync(container.Id.Value, key, context.Cancellation);
        }
    }
}
