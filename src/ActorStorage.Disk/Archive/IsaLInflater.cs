// SPDX-License-Identifier: Apache-2.0
using System.Buffers;

namespace ActorStorage.Disk.Archive;

/// <summary>With <see cref="IsaL"/>.</summary>
internal sealed unsafe class IsaLInflater(BlobSource source) : Inflater(source)
{
    // May be moved between calls: the library keeps no address beyond one.
    private readonly byte[] _state = ArrayPool<byte>.Shared.Rent(IsaL.StateBytes);
    private bool _isDisposed;

    /// <summary>All data of the member were given out.</summary>
    internal bool HasEnded { get; private set; }

    public override void Begin()
    {
        HasEnded = false;
        fixed (byte* state = _state) IsaL.Begin((IsaL.State*)state);
    }

    public override int Read(Span<byte> target)
    {
        while (!HasEnded && !target.IsEmpty)
        {
            var count = Inflate(target);
            if (count > 0) return count;
        }
        return 0;
    }

    public override void End(ReadOnlySpan<byte> expected)
    {
        var trailer = Source.Peek(TrailerBytes);
        var isSound = trailer.SequenceEqual(expected);
        Source.Advance(trailer.Length);
        if (trailer.Length < TrailerBytes) throw UnexpectedEnd();
        if (!isSound) throw new InvalidDataException("invalid checksum");
    }

    protected override void Dispose(bool disposing)
    {
        if (_isDisposed) return;
        _isDisposed = true;
        ArrayPool<byte>.Shared.Return(_state);
        base.Dispose(disposing);
    }

    /// <summary>One call of the library, which may only take input.</summary>
    private int Inflate(Span<byte> target)
    {
        var input = Source.Available();
        fixed (byte* memory = _state, from = input, to = target)
        {
            var state = (IsaL.State*)memory;
            state->NextIn = from;
            state->AvailableIn = (uint)input.Length;
            state->NextOut = to;
            state->AvailableOut = (uint)target.Length;
            var result = IsaL.Inflate(state);
            var taken = input.Length - (int)state->AvailableIn;
            // Of damaged data it may count a byte more than there are.
            Source.Advance(Math.Clamp(taken, 0, input.Length));
            if (result < 0) throw new InvalidDataException("invalid data");
            var count = target.Length - (int)state->AvailableOut;
            HasEnded = state->Block == IsaL.State.Finished;
            if (HasEnded) Source.Advance(-(state->BitsInHand / 8));
            else if (input.IsEmpty && count == 0) throw UnexpectedEnd();
            return count;
        }
    }
}
