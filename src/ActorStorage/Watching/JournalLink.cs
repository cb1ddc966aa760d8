// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Watching;

/// <summary>Why the journal stores nothing now, and since when.</summary>
public sealed record JournalAbsence(string Reason, DateTimeOffset Since);

/// <summary>
/// What the stores of one root share with whoever keeps its journal: made first, then given to both. Each side adds and
/// reads; neither ever waits for the other.
/// </summary>
public sealed class JournalLink
{
    private volatile JournalAbsence? _absence;

    /// <param name="settings">Of the engine.</param>
    public JournalLink(StorageSettings settings)
    {
        Pictures = new PictureQueue(settings.PictureQueueMax);
        Uses = new UseTrail(settings.UsesMax, settings.Time);
        LayerUse = new LayerUse(Leases.OwnerOf, Uses.LastUsed);
        _absence = new JournalAbsence("the journal has not been started", settings.Time.GetUtcNow());
    }

    /// <summary>What the stores look like after each change, ours and others'.</summary>
    public PictureQueue Pictures { get; }

    public UseTrail Uses { get; }

    public LeaseBook Leases { get; } = new();

    /// <summary>The two above, for those who choose what is deleted.</summary>
    public LayerUse LayerUse { get; }

    /// <summary>Null while the journal stores what it gets.</summary>
    public JournalAbsence? Absence
    {
        get => _absence;
        set => _absence = value;
    }
}
