// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Index;

/// <summary>The layer documents that changed, complete on disk and not yet visible.</summary>
public sealed class PreparedLayerIndex : IDisposable
{
    private readonly PreparedDocument? _stable;
    private readonly PreparedDocument? _volatile;

    internal PreparedLayerIndex(PreparedDocument? stable, PreparedDocument? @volatile, SavedLayerIndex saved) =>
        (_stable, _volatile, Saved) = (stable, @volatile, saved);

    /// <summary>Whether there is nothing to publish.</summary>
    public bool IsEmpty => _stable is null && _volatile is null;

    /// <summary>What the documents hold once they are published; remember it.</summary>
    public SavedLayerIndex Saved { get; }

    /// <summary>One rename for each document that changed. The lock's new token must be written before.</summary>
    /// <remarks>The stable one comes last: new layers are in it, and after it nothing can fail that would take their
    /// directories back.</remarks>
    public void Publish()
    {
        _volatile?.Publish();
        _stable?.Publish();
    }

    public void Dispose()
    {
        _stable?.Dispose();
        _volatile?.Dispose();
    }
}
