// SPDX-License-Identifier: Apache-2.0
using Akka.Actor;

namespace ActorStorage.Watching;

/// <summary>
/// What the stores of one root hand to whoever keeps its history. They add and go on: it never blocks, and never grows
/// beyond its bound. When it is full, a picture takes the place of the one before it and says so; as every picture
/// shows the whole store, nothing is lost but what was between the two.
/// </summary>
public sealed class PictureQueue
{
    private readonly List<StorePicture> _pictures = [];
    private readonly int _countMax;
    private IActorRef _reader = ActorRefs.Nobody;

    /// <param name="countMax">Pictures that may wait. One of each store always may.</param>
    public PictureQueue(int countMax) => _countMax = countMax;

    /// <summary>Is told <see cref="PicturesWaiting"/> when there is something again after it took all.</summary>
    public void ReadBy(IActorRef reader)
    {
        lock (_pictures)
        {
            _reader = reader;
            if (_pictures.Count > 0) reader.Tell(PicturesWaiting.Instance);
        }
    }

    public void Add(StorePicture picture)
    {
        lock (_pictures)
        {
            var before = _pictures.Count < _countMax
                ? -1
                : _pictures.FindLastIndex(waiting => waiting.Store == picture.Store);
            if (before >= 0) _pictures[before] = Merged(_pictures[before], picture);
            else _pictures.Add(picture);
            if (_pictures.Count == 1) _reader.Tell(PicturesWaiting.Instance);
        }
    }

    /// <summary>In the order in which they were added.</summary>
    public IReadOnlyList<StorePicture> TakeAll()
    {
        lock (_pictures)
        {
            StorePicture[] all = [.. _pictures];
            _pictures.Clear();
            return all;
        }
    }

    private static StorePicture Merged(StorePicture before, StorePicture after) => after with
    {
        Origin = before.Origin == after.Origin ? after.Origin : PictureOrigin.Unclear,
        IsExact = false,
    };
}

/// <summary>There are pictures to be taken.</summary>
public sealed record PicturesWaiting : ILocalMessage
{
    public static readonly PicturesWaiting Instance = new();
}
