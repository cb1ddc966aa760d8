// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Tests.Staging;

/// <summary>A blob that gives its first half, and the rest when it is opened.</summary>
internal sealed class GatedBlob(byte[] bytes)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _open = new();
    private int _opened;

    /// <summary>When somebody waits for the second half.</summary>
    public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>How often it was read.</summary>
    public int Opened => _opened;

    public void Open() => _open.Set();

    public PutLayer Put(string id) => new(
        new NewLayer { Id = new LayerId(id) },
        new LayerBlob(id, () =>
        {
            Interlocked.Increment(ref _opened);
            return new Gate(this);
        }));

    private sealed class Gate(GatedBlob blob) : MemoryStream(blob._bytes)
    {
        public override int Read(Span<byte> buffer)
        {
            var half = blob._bytes.Length / 2;
            if (Position < half) return base.Read(buffer[..Math.Min(buffer.Length, half - (int)Position)]);
            blob._reached.TrySetResult();
            blob._open.Wait();
            return base.Read(buffer);
        }
    }

    private readonly byte[] _bytes = bytes;
}
