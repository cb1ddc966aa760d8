// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk;
using ActorStorage.Disk.Copying;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Cli.Commands;

/// <summary>copy: files of the host and of layers, which are mounted as long as it takes.</summary>
internal sealed class CopyCommand : IAsyncDisposable
{
    private readonly CommandContext _context;
    private readonly LinuxDisk _disk = new();
    private readonly Stack<LayerRecord> _mounted = [];

    private CopyCommand(CommandContext context) => _context = context;

    public static async Task<int> Run(CommandContext context)
    {
        var owner = OwnerOrNull(context.Options.Text(CommandOptions.Owner));
        // Empty is what a script's unset variable makes of an argument, and not the working directory.
        if (context.Arguments[^1].Length == 0) throw NoSuchTarget(context.Arguments[0]);
        await using var command = new CopyCommand(context);
        var target = await command.PlaceAsync(context.Arguments[^1]);
        using (target.Root)
        {
            foreach (var argument in context.Arguments.SkipLast(1))
            {
                if (argument.Length == 0) throw NoSuchSource(target.Shown);
                var source = await command.PlaceAsync(argument);
                using (source.Root) command.Copy(source, target, owner);
            }
        }
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        while (_mounted.TryPop(out var layer))
        {
            var failure = await FailureWords.OfAsync(
                () => _context.Client.UnmountLayerAsync(layer.Id.Value, force: false));
            if (failure.Length == 0) continue;
            _context.Terminal.ErrorLine($"error unmounting layer {Quoted.Text(layer.Id.Value)}: {failure}");
        }
    }

    private void Copy(CopyPlace source, CopyPlace target, (uint UserId, uint GroupId)? owner)
    {
        try
        {
            ContentCopy.Run(_disk, source, target, owner, _context.Cancellation);
        }
        catch (StorageException failure)
        {
            var message = NotCopied(source.Shown, target.Shown, failure.Message);
            throw new StorageException(failure.Error with { Message = message }, failure);
        }
    }

    private static string NotCopied(string from, string to, string why) =>
        $"error copying {Quoted.Text(from)} to {Quoted.Text(to)}: {why}";

    private static StorageException NoSuchSource(string target) =>
        new(StorageErrorKind.NotFound, NotCopied("", target, "stat : no such file or directory"));

    private static StorageException NoSuchTarget(string source) => source.Length == 0
        ? NoSuchSource("")
        : new(StorageErrorKind.Invalid, NotCopied(source, "", "path:  should be absolute"));

    /// <summary>A path of the host, or one in a layer when there is a colon.</summary>
    private async Task<CopyPlace> PlaceAsync(string argument)
    {
        var colon = argument.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            return new CopyPlace(_disk.OpenDirectory("/"), Path.GetFullPath(argument), IdMaps.None);
        }
        var (name, path) = (argument[..colon], argument[(colon + 1)..]);
        var layer = await _context.Client.FindLayerAsync(name, _context.Cancellation)
            ?? throw new StorageException(
                StorageErrorKind.NotFound,
                $"error finding layer {Quoted.Text(name)}: {FailureWords.LayerNotKnown}");
        var mountPoint = await MountAsync(layer);
        // Leading dots go nowhere: the layer's root is the root.
        var inside = Path.TrimEndingDirectorySeparator(Path.GetFullPath("/" + path));
        return new CopyPlace(_disk.OpenDirectory(mountPoint), inside, layer.IdMaps);
    }

    private async Task<string> MountAsync(LayerRecord layer)
    {
        var label = layer.MountLabel.Length > 0 ? layer.MountLabel : null;
        var mountPoint = await _context.Client.MountLayerAsync(
            layer.Id.Value, readOnly: false, label, _context.Cancellation);
        _mounted.Push(layer);
        return mountPoint;
    }

    /// <summary>UID or UID:GID; one number stands for both.</summary>
    private static (uint UserId, uint GroupId)? OwnerOrNull(string text)
    {
        if (text.Length == 0) return null;
        var parts = text.Split(':', 2);
        return (Number(parts[0], "UID"), Number(parts[^1], "GID"));
    }

    private static uint Number(string text, string kind)
    {
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        var isNumber = text.Length > 0 && text.All(char.IsAsciiDigit);
        throw new StorageException(
            StorageErrorKind.Invalid,
            $"bad {kind}: strconv.ParseUint: parsing {Quoted.Text(text)}: " +
            (isNumber ? "value out of range" : "invalid syntax"));
    }
}
