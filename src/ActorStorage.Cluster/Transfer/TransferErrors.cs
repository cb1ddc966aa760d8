// SPDX-License-Identifier: Apache-2.0
using System.Net;
using ActorStorage.Disk;

namespace ActorStorage.Cluster.Transfer;

/// <summary>What went wrong on one node, told to another: a status that any HTTP client understands, and the kind by
/// its name.</summary>
internal static class TransferErrors
{
    public const string KindHeader = "Actor-Storage-Error";

    public static HttpStatusCode StatusOf(StorageErrorKind kind) => kind switch
    {
        StorageErrorKind.NotFound => HttpStatusCode.NotFound,
        StorageErrorKind.NotSupported => HttpStatusCode.Conflict,
        StorageErrorKind.Invalid => HttpStatusCode.RequestedRangeNotSatisfiable,
        StorageErrorKind.Busy or StorageErrorKind.Locked or StorageErrorKind.Poisoned or StorageErrorKind.Cancelled =>
            HttpStatusCode.ServiceUnavailable,
        _ => HttpStatusCode.InternalServerError,
    };

    /// <param name="named">The header, if there was one.</param>
    public static StorageErrorKind KindOf(HttpStatusCode status, string? named)
    {
        if (Enum.TryParse<StorageErrorKind>(named, out var kind) && Enum.IsDefined(kind)) return kind;
        return status switch
        {
            HttpStatusCode.NotFound => StorageErrorKind.NotFound,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => StorageErrorKind.AccessDenied,
            HttpStatusCode.Conflict => StorageErrorKind.NotSupported,
            HttpStatusCode.ServiceUnavailable => StorageErrorKind.Busy,
            _ => StorageErrorKind.Io,
        };
    }

    /// <summary>Whether the same peer may answer otherwise in a moment.</summary>
    public static bool MayPass(HttpStatusCode status, StorageErrorKind kind) => (int)status >= 500
        && kind is StorageErrorKind.Busy or StorageErrorKind.Locked or StorageErrorKind.Poisoned
            or StorageErrorKind.Cancelled or StorageErrorKind.NoSpace or StorageErrorKind.Io;
}
