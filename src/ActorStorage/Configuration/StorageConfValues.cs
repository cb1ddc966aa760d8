// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk;

namespace ActorStorage.Configuration;

/// <summary>
/// What the files said so far: later ones replace single values, add to the pull options, and replace or extend lists.
/// Keys that nobody knows are passed over.
/// </summary>
internal sealed class StorageConfValues
{
    private const string PullOptionsTable = "storage.options.pull_options";
    private const string ForceMaskKey = "storage.options.force_mask";
    private const string SizeMinKey = "storage.options.auto-userns-min-size";
    private const string SizeMaxKey = "storage.options.auto-userns-max-size";
    private const string DisableVolatileKey = "storage.options.disable-volatile";
    private const string TransientKey = "storage.transient_store";
    private const string PriorityKey = "storage.driver_priority";
    private const string ImageStoresKey = "storage.options.additionalimagestores";
    private const string LayerStoresKey = "storage.options.additionallayerstores";

    private const string Inline = "storage.options.";

    // Texts that become driver options, in the order in which the options are handed on; later ones win there.
    private static readonly string[] OfAnyDriverFirst =
        ["size", "mount_program", "skip_mount_home", "ignore_chown_errors"];
    private static readonly string[] OfAnyDriverLast = ["mountopt"];

    private static readonly string[] OfOneDriver =
    [
        "btrfs.min_space", "btrfs.size", "overlay.ignore_chown_errors", "overlay.mount_program", "overlay.mountopt",
        "overlay.size", "overlay.inodes", "overlay.skip_mount_home", "overlay.force_mask", "overlay.use_composefs",
        "overlay.sync", "vfs.ignore_chown_errors", "vfs.sync", "zfs.fsname", "zfs.mountopt", "zfs.size",
    ];

    private static readonly HashSet<string> TextKeys = new(
        [
            "storage.driver", "storage.runroot", "storage.graphroot", "storage.imagestore",
            "storage.rootless_storage_path", "storage.options.imagestore", "storage.options.use_composefs",
            "storage.options.root-auto-userns-user",
            .. OfAnyDriverFirst.Concat(OfAnyDriverLast).Concat(OfOneDriver).Select(key => Inline + key),
        ],
        StringComparer.Ordinal);

    private static readonly HashSet<string> TableKeys = new(
        [
            "storage", "storage.options", "storage.options.btrfs", "storage.options.overlay", "storage.options.vfs",
            "storage.options.zfs", PullOptionsTable,
        ],
        StringComparer.Ordinal);

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _flags = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfList> _lists = new(StringComparer.Ordinal);

    public string Driver => Text("storage.driver");
    public string GraphRoot => Text("storage.graphroot");
    public string RunRoot => Text("storage.runroot");
    public string ImageStore => Text("storage.imagestore");
    public string PerUserGraphRoot => Text("storage.rootless_storage_path");
    public string AutoUserNamespaceUser => Text("storage.options.root-auto-userns-user");
    public uint AutoUserNamespaceSizeMin => (uint)_numbers.GetValueOrDefault(SizeMinKey);
    public uint AutoUserNamespaceSizeMax => (uint)_numbers.GetValueOrDefault(SizeMaxKey);
    public bool DisableVolatile => _flags.GetValueOrDefault(DisableVolatileKey);
    public bool TransientStore => _flags.GetValueOrDefault(TransientKey);
    public IReadOnlyList<string> DriverPriority => List(PriorityKey);

    /// <summary>Null when no file has the table.</summary>
    public SortedDictionary<string, string>? PullOptions { get; private set; }

    public IEnumerable<string> DriverOptions()
    {
        foreach (var store in List(ImageStoresKey)) yield return $"imagestore={store}";
        foreach (var store in List(LayerStoresKey)) yield return $"additionallayerstore={store}";
        foreach (var key in OfAnyDriverFirst.Where(HasText)) yield return $"{key}={Text(Inline + key)}";
        if (_numbers.GetValueOrDefault(ForceMaskKey) is var mask and not 0)
        {
            yield return $"force_mask={Convert.ToString(mask, toBase: 8)}";
        }
        foreach (var key in OfAnyDriverLast.Concat(OfOneDriver).Where(HasText))
        {
            yield return $"{key}={Text(Inline + key)}";
        }
    }

    /// <exception cref="StorageException">Invalid: a value of the wrong kind, with its line and key.</exception>
    public void Apply(ConfEntry entry)
    {
        var key = entry.Key.ToLowerInvariant();
        if (TableKeys.Contains(key)) BeginTable(entry, key);
        else if (key.StartsWith(PullOptionsTable + ".", StringComparison.Ordinal)) SetPullOption(entry);
        else if (TextKeys.Contains(key)) _texts[key] = Of<string>(entry, "string");
        else if (key is DisableVolatileKey or TransientKey) _flags[key] = Of<bool>(entry, "boolean");
        else if (key is SizeMinKey or SizeMaxKey or ForceMaskKey) _numbers[key] = Number(entry);
        else if (key is PriorityKey or ImageStoresKey or LayerStoresKey) SetList(entry, key);
    }

    private void BeginTable(ConfEntry entry, string key)
    {
        if (entry.Value != StorageConfDocument.Table)
        {
            throw StorageConfDocument.Failure(entry, $"expected table but found {KindOf(entry.Value)}");
        }
        if (key == PullOptionsTable) PullOptions ??= new SortedDictionary<string, string>(StringComparer.Ordinal);
    }

    private void SetPullOption(ConfEntry entry)
    {
        var name = entry.Key[(PullOptionsTable.Length + 1)..];
        PullOptions![name] = Of<string>(entry, "string");
    }

    private void SetList(ConfEntry entry, string key)
    {
        if (!_lists.TryGetValue(key, out var list)) _lists[key] = list = new ConfList();
        list.Apply(entry);
    }

    private string Text(string key) => _texts.GetValueOrDefault(key, "");

    private bool HasText(string option) => Text(Inline + option).Length > 0;

    private IReadOnlyList<string> List(string key) => _lists.TryGetValue(key, out var list) ? list.Values : [];

    private static long Number(ConfEntry entry)
    {
        var number = Of<long>(entry, "integer");
        return number is >= 0 and <= uint.MaxValue
            ? number
            : throw StorageConfDocument.Failure(
                entry, $"{number.ToString(CultureInfo.InvariantCulture)} is out of range for uint32");
    }

    private static T Of<T>(ConfEntry entry, string wanted) => entry.Value is T value
        ? value
        : throw StorageConfDocument.Failure(
            entry, $"incompatible types: TOML value has type {KindOf(entry.Value)}; destination has type {wanted}");

    private static string KindOf(object value) => value switch
    {
        string => "string",
        long => "int64",
        bool => "bool",
        double => "float64",
        List<object> => "[]any",
        _ when value == StorageConfDocument.Table => "map[string]any",
        _ => "time.Time",
    };
}
