// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;

namespace ActorStorage.Journal.Sagas;

/// <summary>What one may ask of <see cref="JournalActor"/> that takes several commits and has one outcome.</summary>
public static class SagaProtocol
{
    public interface ISagaRequest : IRequest;

    /// <summary>Puts layers, all at once, and then an image on top of them. Whoever asks again with the same key and
    /// for the same image gets the first outcome; if that was one that may be better another time, it is tried again.
    /// What was put for an image that did not come about is kept for a while, so that the next one need not unpack it
    /// again, and then deleted.</summary>
    /// <param name="ClientKey">Drawn by the client, once for each image it wants.</param>
    /// <param name="Image">Its top layer is the last of the layers, whatever it says.</param>
    /// <param name="Layers">The lowest first. Each gets the one before it as its parent; one that is there already is
    /// taken as it is.</param>
    public sealed record PutImage(
        string ClientKey, NewImage Image, IReadOnlyList<PutLayer> Layers, Asker Asker, CancellationToken Cancellation)
        : ISagaRequest, ILocalMessage;

    /// <param name="Again">Whether this is the outcome of an earlier request.</param>
    public sealed record PutImageOk(ImageId Image, bool Again) : IReply, IWireMessage;
}
