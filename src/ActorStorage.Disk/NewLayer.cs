// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;

namespace ActorStorage.Disk;

/// <summary>What a layer shall be, but for its contents.</summary>
public sealed record NewLayer
{
    public required LayerId Id { get; init; }

    /// <summary>An id, a name, or the beginning of one id only; null or empty for none.</summary>
    public string? Parent { get; init; }
    public ImmutableArray<string> Names { get; init; } = [];
    public string Metadata { get; init; } = "";

    /// <summary>SELinux label to mount with; stored as given.</summary>
    public string MountLabel { get; init; } = "";

    /// <summary>How the ids of its files shall lie on the host.</summary>
    public WantedMaps Maps { get; init; } = WantedMaps.Inherited;

    /// <summary>Whether files are to be written in it, as containers do. In a split store the others go to the image
    /// store.</summary>
    public bool Writeable { get; init; } = true;

    /// <summary>Recorded, and written, without syncs: a crash may lose it.</summary>
    public bool Volatile { get; init; }

    /// <summary>Whether it goes there in a split store.</summary>
    internal bool BelongsInImageStore => this is { Writeable: false, Volatile: false };

    /// <summary>What the blob must turn out to be; null when the caller does not know.</summary>
    public Digest? ExpectedBlobDigest { get; init; }
    public Digest? ExpectedDiffDigest { get; init; }
}

/// <summary>The bytes of a layer, opened when a stager has time for them.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Open">Called once, on a staging thread, which disposes what it gets.</param>
/// <param name="SizeBytes">For progress; null when unknown.</param>
public sealed record LayerBlob(string Name, Func<Stream> Open, long? SizeBytes = null)
{
    private const int BufferNone = 0;

    /// <exception cref="StorageException">NotFound or AccessDenied when it is opened.</exception>
    public static LayerBlob FromFile(string path) => new(
        path,
        () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferNone),
        new FileInfo(path) is { Exists: true, Length: > 0 } file ? file.Length : null);
}
