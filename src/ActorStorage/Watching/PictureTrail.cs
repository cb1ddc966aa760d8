// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using ActorStorage.Disk.Index;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Watching;

/// <summary>
/// What one store remembers to tell its pictures apart. A note of what was loaded is taken while the lock is held and
/// costs a comparison; everything else happens when it is gone. Used on the store's mailbox only.
/// </summary>
internal sealed class PictureTrail(StoreKind store, PictureQueue queue, TimeProvider time)
{
    private readonly List<StorePicture> _noted = [];
    private IRecords? _last;
    private LockToken _lastToken;
    private int _tokensSeen;
    // Nobody knows who made what the first one shows.
    private bool _isInDoubt = true;

    /// <summary>The token as it stands now, also while the store waits for its lock: so writes are counted that are
    /// over before the store can look.</summary>
    public void SeeToken(LockToken token)
    {
        if (token == _lastToken) return;
        _lastToken = token;
        _tokensSeen++;
    }

    /// <summary>After the store has made sure, at the begin of a hold, that its picture is current.</summary>
    public void NoteLoaded(RecordPicture picture)
    {
        if (ReferenceEquals(picture.Records, _last)) return;
        SeeToken(picture.Token);
        // A picture that was loaded and has our own token was repaired: it shows more than we wrote.
        var isForeign = !picture.IsOwn && !_isInDoubt;
        Note(picture, isForeign ? PictureOrigin.Foreign : PictureOrigin.Unclear, isExact: _tokensSeen <= 1);
    }

    /// <summary>After a hold.</summary>
    /// <param name="picture">Null when the store does not know any more what stands on disk.</param>
    public void NoteWritten(RecordPicture? picture)
    {
        _isInDoubt = picture is null;
        if (picture is null || ReferenceEquals(picture.Records, _last)) return;
        Note(picture, PictureOrigin.Own, isExact: true);
    }

    /// <summary>When no lock is held.</summary>
    public void HandOn()
    {
        foreach (var picture in _noted) queue.Add(picture);
        _noted.Clear();
    }

    private void Note(RecordPicture picture, PictureOrigin origin, bool isExact)
    {
        _noted.Add(new StorePicture(store, picture.Records, picture.Token, origin, isExact, time.GetUtcNow()));
        (_last, _lastToken, _tokensSeen, _isInDoubt) = (picture.Records, picture.Token, 0, false);
    }
}

/// <summary>Whoever keeps the history wants to know whether others have written. Nobody waits for an answer.</summary>
internal sealed record LookAgain : ILocalMessage
{
    public static readonly LookAgain Instance = new();
}
