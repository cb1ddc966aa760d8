// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Staged;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Drivers;

/// <summary>
/// How layers lie in one root's home directory: which directory each has, how a staged one is put on its parent, and
/// how it is mounted. Records, tar-split files and locks are not its business; which locks a caller holds stands at
/// each method.
/// </summary>
/// <remarks>
/// Names below <see cref="Home"/> are resolved through that one handle, so that what others mount on the home or take
/// away cannot part two names of a rename.
/// </remarks>
public interface ILayerDriver : IDisposable
{
    /// <summary>As it stands in paths and on the command line: <c>overlay</c>, <c>vfs</c>.</summary>
    string Name { get; }

    /// <summary>The graph root's home.</summary>
    DirectoryHandle Home { get; }

    /// <summary>That and all other homes in which layers may lie.</summary>
    LayerPlaces Places { get; }

    DriverOptions Options { get; }

    /// <summary>
    /// Whether a layer's directory holds everything below it too. A child can then be staged only when its parent is
    /// finished and in its place.
    /// </summary>
    bool CopiesParent { get; }

    /// <summary>
    /// Whether what a layer changes is all in its own directory, which then tells it without a look at what is below.
    /// </summary>
    bool KeepsChangesApart { get; }

    /// <summary>The driver's own lines of the status.</summary>
    /// <param name="fileSystem">The kernel's name of the one the root lies on.</param>
    IReadOnlyList<KeyValuePair<string, string>> Status(string fileSystem);

    /// <summary>Makes the home usable again after somebody's shutdown. The caller holds storage.lock.</summary>
    void EnsureHomeMounted();

    /// <summary>Undoes that. The caller holds storage.lock, and no layer is mounted.</summary>
    void UnmountHome();

    /// <summary>Where the layer's directory is, or would be, below a home.</summary>
    string PathInHome(LayerId layer);

    /// <summary>Where the layer's own files are, or would be: an absolute path.</summary>
    string ContentPath(LayerId layer);

    /// <summary>What layers there are directories for in the graph root, whether recorded or not, in byte
    /// order.</summary>
    IReadOnlyList<LayerId> List();

    /// <summary>The same of another place.</summary>
    IReadOnlyList<LayerId> List(LayerPlace place);

    /// <summary>Where a layer's files are. Takes no lock: a layer does not change.</summary>
    /// <exception cref="StorageException">NotFound: no such layer. Corrupt: something of it or below it is
    /// missing.</exception>
    LayerContent Content(LayerId layer);

    /// <summary>
    /// The layer's whole tree, for reading only, by a way in that nobody else sees: it counts as no mount, and ends
    /// when the handle is closed or the process dies. Takes no lock.
    /// </summary>
    /// <param name="scratch">Where the driver may mount something for a moment.</param>
    /// <exception cref="StorageException">As <see cref="Mount"/>.</exception>
    DirectoryHandle OpenView(LayerId layer, TempDirectory scratch);

    /// <summary>Makes a layer's directory where nobody sees it. Needs no lock. What is half made when it fails stays
    /// at the place, for the caller to remove.</summary>
    /// <exception cref="StorageException">ParentUnknown: it must be in its place and is not.</exception>
    /// <exception cref="OperationCanceledException">Likewise.</exception>
    StagedTree Stage(Trash place, TreePlan plan, CancellationToken cancellation);

    /// <summary>Starts putting layers on what they were planned to be on. Needs no lock; it must be done again when
    /// layers.lock was free and somebody has written before the last is shown.</summary>
    ILayerBatch BeginBatch();

    /// <summary>
    /// Layers that carry the mark that says: may be collected if no index names it, because the engine that
    /// renamed it died before its index write. Takes no lock.
    /// </summary>
    IReadOnlyList<LayerId> Marked();

    /// <summary>Takes the mark away, after the index names the layer. Needs no lock.</summary>
    void RemoveMark(LayerId layer);

    /// <summary>
    /// Takes a layer out of sight, mounts included; what is missing is missing. The caller holds layers.lock.
    /// </summary>
    /// <param name="area">Where to; layers of additional stores stay.</param>
    /// <returns>What is to be removed once the lock is gone.</returns>
    IReadOnlyList<Trash> Discard(LayerId layer, StagingArea area);

    /// <summary>
    /// Takes names out of sight under which a layer was known besides its directory's, and that lead nowhere now. The
    /// caller holds layers.lock.
    /// </summary>
    /// <param name="countMax">At most so many.</param>
    /// <returns>What is to be removed once the lock is gone.</returns>
    IReadOnlyList<Trash> DiscardDanglingNames(StagingArea area, int countMax);

    /// <summary>
    /// Makes the layer's whole tree visible and says where: what lies outside the graph root is never written to, and
    /// is seen in the run root. Counting is the caller's business, who holds storage.lock,
    /// layers.lock and mountpoints.lock and calls for the first request only.
    /// </summary>
    /// <exception cref="StorageException">NotFound, Corrupt, TooLarge, Invalid, or what mount(2) says.</exception>
    string Mount(LayerId layer, MountRequest request);

    /// <summary>Undoes that after the last request. Nothing happens when it is not mounted.</summary>
    void Unmount(LayerId layer);

    /// <summary>
    /// When something last happened to the layer as a whole: it was made, or a mount of it came or went, ours or a Go
    /// tool's. Null when nothing tells. Takes no lock.
    /// </summary>
    FileTime? TouchedAt(LayerId layer);
}

/// <summary>
/// The layers of one batch on their way to their parents: each may be the parent of those that come after it.
/// </summary>
public interface ILayerBatch
{
    /// <summary>Small writes inside the staged tree only; may be repeated. Needs no lock.</summary>
    /// <param name="keepRoot">The archive itself said what the root directory is like.</param>
    /// <exception cref="StorageException">ParentUnknown; Corrupt: the parent's directory is not complete.</exception>
    void Attach(StagedTree tree, bool keepRoot);
}
