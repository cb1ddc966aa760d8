// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Index;

/// <summary>A document under its temporary name, <c>.tmp-layers.json4711</c>, whose writer died before the rename. Ours
/// and those of the Go tools.</summary>
internal static class UnfinishedDocument
{
    private const string Prefix = ".tmp-";

    /// <summary>No document takes so long to write.</summary>
    private static readonly TimeSpan AgeMin = TimeSpan.FromHours(1);

    /// <summary>Those of one document. Under the lock of its store, held exclusively, they are nobody's: who writes one
    /// holds it.</summary>
    internal static IEnumerable<string> Of(IDisk disk, IndexDocument document) => disk.List(document.Directory)
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && IsOf(document.Name, name));

    /// <param name="documents">What the finished ones are called.</param>
    internal static bool IsStale(
        IDisk disk, DirectoryHandle directory, string name, IReadOnlyList<string> documents, TimeProvider time) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && documents.Any(document => IsOf(document, name))
        && disk.Status(directory, name) is { Kind: FileKind.Regular } status
        && IsOld(status, AgeMin, time);

    internal static bool IsOld(FileStatus status, TimeSpan age, TimeProvider time) =>
        status.ModifiedAt.Seconds < (time.GetUtcNow() - age).ToUnixTimeSeconds();

    private static bool IsOf(string document, string name)
    {
        var rest = name.AsSpan(Prefix.Length);
        return rest.StartsWith(document, StringComparison.Ordinal)
            && rest.Length > document.Length
            && !rest[document.Length..].ContainsAnyExceptInRange('0', '9');
    }
}
