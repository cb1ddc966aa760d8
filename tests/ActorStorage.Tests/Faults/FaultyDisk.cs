// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;
using ActorStorage.TestKit.Faults;

namespace ActorStorage.Tests.Faults;

/// <summary>The real disk, but for effects that a test refuses or holds up, directories that it takes away, and room
/// that it takes.</summary>
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

    /// <summary>Called with the file's path before it is written to; what it throws is what the write
    /// throws.</summary>
    public Action<string>? BeforeWrite { get; set; }

    /// <summary>Likewise before its data are synced.</summary>
    public Action<string>? BeforeSyncData { get; set; }

    /// <summary>Called with a path before it is opened as a directory, and with that of a document before it is
    /// read.</summary>
    public Action<string>? BeforeOpen { get; set; }

    /// <summary>What is said to be free, whatever is.</summary>
    public long? Free { get; set; }

    public override DirectoryHandle OpenDirectory(string absolutePath)
    {
        BeforeOpen?.Invoke(absolutePath);
        return base.OpenDirectory(absolutePath);
    }

    public override FileHandle OpenFile(DirectoryHandle at, string name)
    {
        BeforeOpen?.Invoke(Path.Combine(at.Path, name));
        return base.OpenFile(at, name);
    }

    public override long FreeBytes(DirectoryHandle directory) => Free ?? base.FreeBytes(directory);

    protected override void Before(DiskEffect effect)
    {
        BeforeEffect?.Invoke(effect);
        switch (effect)
        {
            case { Kind: EffectKind.Rename }:
                BeforeRename?.Invoke(Path.GetFileName(effect.From!), Path.GetFileName(effect.Path));
                break;
            case { Kind: EffectKind.Sync, File: null }: BeforeSync?.Invoke(effect.Path); break;
            case { Kind: EffectKind.Sync, File: not null }: BeforeSyncData?.Invoke(effect.Path); break;
            case { Kind: EffectKind.Write }: BeforeWrite?.Invoke(effect.Path); break;
            case { Kind: EffectKind.SyncFileSystem }: BeforeSyncFileSystem?.Invoke(); break;
        }
    }
}
