// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Diff;

internal static class FileTimes
{
    /// <summary>
    /// Whether two files may have been changed at the same time: what went through an archive has whole seconds only.
    /// </summary>
    internal static bool AreSame(FileTime left, FileTime right) => left.Seconds == right.Seconds
        && (left.Nanoseconds == right.Nanoseconds || left.Nanoseconds == 0 || right.Nanoseconds == 0);
}
