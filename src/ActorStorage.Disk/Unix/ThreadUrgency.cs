// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Unix;

/// <summary>How early the kernel gives a thread its turn when there are more than processors.</summary>
public static class ThreadUrgency
{
    private const int Urgent = -10;     // a nice value: some nine times the weight of a thread without one

    /// <summary>
    /// For the calling thread, for good: who holds a lock that others wait for should not itself wait for a processor.
    /// Without the right to it (CAP_SYS_NICE) nothing changes.
    /// </summary>
    public static void Raise() => _ = NativeMethods.SetPriority(which: 0, who: 0, Urgent);
}
