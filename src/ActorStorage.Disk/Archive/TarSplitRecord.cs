// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Archive;

/// <summary>One record of a tar-split.</summary>
public enum TarSplitRecord
{
    /// <summary>Behind the last record.</summary>
    End,
    /// <summary>The content of a file belongs here.</summary>
    File,
    /// <summary>Raw bytes belong here.</summary>
    Segment,
}
