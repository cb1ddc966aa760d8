// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Tests.Faults;

/// <summary>The real disk, but for effects that a test refuses or holds up.</summary>
internal sealed class FaultyDisk : ObservedDisk
{
    /// <summary>Called before each effect; what it throws is what the effect throws.</summary>
    public Action<DiskEffect>? BeforeEffect { get; set; }

    /// <summary>Called with the old and the new name; what it throws is what the rename throws.</summary>
    public Action<string, string>? BeforeRename { get; set; }

    /// <summary>Called with the directory's path before it is synced; what it throws is what the sync throws.</summary>
    public Action<string>? BeforeSync { get; set; }

    /// <summary>Likewise of a whole file system.</summary>
    public Action? BeforeSyncFileSystem { get; set; }

    protected override void Before(DiskEffect effect)
    {
        BeforeEffect?.Invoke(effect);
        switch (effect)
        {
            case { Kind: EffectKind.Rename }:
                BeforeRename?.Invoke(Path.GetFileName(effect.From!), Path.GetFileName(effect.Path));
                break;
            case { Kind: EffectKind.Sync, File: null }: BeforeSync?.Invoke(effect.Path); break;
            case { Kind: EffectKind.SyncFileSystem }: BeforeSyncFileSystem?.Invoke(); break;
        }
    }
}
