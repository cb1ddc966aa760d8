// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk;

/// <summary>What of a staged layer is on the medium before the layer becomes visible.</summary>
public enum FlushMode
{
    /// <summary>Only the index and the tar-split file, as the Go engine does by default.</summary>
    None,
    /// <summary>Everything on the file system of the root (syncfs), outside every lock.</summary>
    FileSystem,
    /// <summary>Each file and directory of the layer and nothing else, by several threads, outside every lock.
    /// </summary>
    Tree,
}
