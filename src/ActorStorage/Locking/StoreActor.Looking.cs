// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Watching;

namespace ActorStorage.Locking;

/// <summary>How a store notices what others have written without being asked anything.</summary>
internal abstract partial class StoreActor<TQuery, TCommand>
{
    private readonly PictureTrail? _trail;
    private bool _isLookDue;

    private void OnLookAgain()
    {
        if (_trail is null || Poison is not null) return;
        try
        {
            _trail.SeeToken(Lock.File.ReadToken());
            if (Lock.IsWaiting || _walk is not null || IsCurrent()) return;
        }
        catch (StorageException)
        {
            return;     // The next request is told why, and the next look may see more.
        }
        _isLookDue = true;
        ScheduleDrain();
    }
}
