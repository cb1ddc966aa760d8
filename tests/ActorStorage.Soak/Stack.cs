// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Soak;

/// <summary>What one writer has made on the layer of all, and nobody else changes: some layers, an image of them, a
/// container of that.</summary>
internal sealed class Stack
{
    /// <summary>The lowest first.</summary>
    public List<string> Layers { get; } = [];

    /// <summary>The last layer has no archive yet.</summary>
    public bool IsTopEmpty { get; set; }

    public string? Image { get; set; }

    public string? Container { get; set; }

    public string? MountPoint { get; set; }

    /// <summary>A process was killed at it: it rests until somebody has looked.</summary>
    public bool Rests { get; set; }

    public bool IsGone => Layers.Count == 0 && Image is null && Container is null;

    /// <summary>It is as the ledger says after a comparison.</summary>
    public void Wake(Ledger ledger)
    {
        Rests = false;
        MountPoint = null;
        Layers.RemoveAll(layer => !ledger.Has($"layer/{layer}"));
        if (Layers.Count > 0) IsTopEmpty = ledger.ValueOf($"layer/{Layers[^1]}") == Facts.NoArchive;
        if (Image is not null && !ledger.Has($"image/{Image}")) Image = null;
        if (Container is not null && !ledger.Has($"container/{Container}")) Container = null;
    }
}

/// <summary>How facts are written.</summary>
internal static class Facts
{
    /// <summary>Of a layer: the digest of its archive, or this.</summary>
    public const string NoArchive = "no archive";

    /// <summary>Of what is or is not.</summary>
    public const string There = "there";
}
