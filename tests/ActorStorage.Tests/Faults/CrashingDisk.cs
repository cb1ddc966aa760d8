// SPDX-License-Identifier: Apache-2.0
using ActorStorage.TestKit.Faults;

namespace ActorStorage.Tests.Faults;

/// <summary>
/// The disk of a process that dies, which can besides forget what was written and never synced, as a power cut does.
/// </summary>
/// <remarks>
/// Two ways to die. Killed: everything that was done stands, as the kernel keeps it. Power cut: names and attributes
/// stand as well, up to the last one, and file contents only as far as they were synced; a file that never was is
/// empty. So it is on file systems that keep a journal of names, in which nothing is kept without what came before it
/// and new bytes are put on disk when there is time. As the cut is tried after each effect, a journal that loses its
/// end is one of the cuts before. What is lost besides are mounts and the run root, which lies in memory. Not tried:
/// file systems that keep the names of one directory and lose older ones of another.
/// </remarks>
internal sealed class CrashingDisk : FaultDisk
{
    private readonly Lock _gate = new();
    private readonly UnsyncedContents _unsynced = new();

    /// <summary>How many of the effects were done when the last one was made durable, and with it all before it.
    /// </summary>
    public int DurableEffects { get; private set; }

    /// <summary>File contents that were not synced are lost.</summary>
    public void Forget()
    {
        lock (_gate) _unsynced.Forget();
    }

    protected override void Dispose(bool isDisposing)
    {
        CloseHandles();
        _unsynced.Dispose();
        base.Dispose(isDisposing);
    }

    protected override void Before(DiskEffect effect)
    {
        base.Before(effect);
        lock (_gate)
        {
            if (IsRecording && effect.Kind == EffectKind.Write) _unsynced.Add(effect.File!);
        }
    }

    protected override void After(DiskEffect effect)
    {
        lock (_gate)
        {
            if (!IsRecording || HasStopped) return;
            switch (effect.Kind)
            {
                case EffectKind.Sync:
                    if (effect.File is { } file) _unsynced.Remove(file);
                    DurableEffects = EffectCount;
                    break;
                case EffectKind.SyncFileSystem:
                    _unsynced.Clear();
                    DurableEffects = EffectCount;
                    break;
            }
        }
    }
}
