// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Hosting.Options;

namespace ActorStorage.Hosting;

/// <summary>
/// What a host says about its engine. Every property of an area is a key of hocon/reference.conf (or of journal.conf
/// and hosting.conf) by the same name, where its default and its reason stand; null leaves it to the host's HOCON, and
/// then to the default. Sizes are bytes.
/// </summary>
public sealed class StorageOptions
{
    /// <summary>The root, absolute. Null: root, driver and driver options are those of podman on this machine, as
    /// storage.conf has them.</summary>
    public string? GraphRoot { get; set; }

    /// <summary>Where a root that is named keeps what a restart of the machine may take.</summary>
    public string RunRoot { get; set; } = "/run/containers/storage";

    /// <summary>Of a root that is named: <c>overlay</c> or <c>vfs</c>.</summary>
    public string Driver { get; set; } = "overlay";

    /// <summary>Of a root that is named, as storage.conf has them: <c>overlay.key=value</c>.</summary>
    public IReadOnlyList<string> DriverOptions { get; set; } = [];

    public StagingArea Staging { get; } = new();

    public SpaceArea Space { get; } = new();

    public ArchivesArea Archives { get; } = new();

    public StoresArea Stores { get; } = new();

    public RequestsArea Requests { get; } = new();

    public LocksArea Locks { get; } = new();

    public ReapingArea Reaping { get; } = new();

    public RestartsArea Restarts { get; } = new();

    public StoppingArea Stopping { get; } = new();

    public WatchingArea Watching { get; } = new();

    public HostingArea Hosting { get; } = new();

    /// <summary>Set to keep a journal: <c>o.Journal = new()</c> keeps it in SQLite, beside the root.</summary>
    public JournalArea? Journal { get; set; }

    /// <summary>For what has no key, such as id maps and the clock: the last word on the settings.</summary>
    public Func<StorageSettings, StorageSettings> Finish { get; set; } = settings => settings;
}
