// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Watching;

namespace ActorStorage.Journal.Uses;

/// <summary>What one may ask of <see cref="JournalActor"/> about where things came from and whether anybody uses
/// them.</summary>
public static class UseProtocol
{
    public interface IUseRequest : IRequest;

    /// <param name="Id">Of a layer or an image, in full.</param>
    public sealed record GetUse(StoreKind Store, string Id, Asker Asker) : IUseRequest, IWireMessage;

    /// <param name="Provenance">Null when it is not known: others put it, or there was no journal.</param>
    /// <param name="LastUse">Of a layer; null when none is known.</param>
    public sealed record GetUseOk(Provenance? Provenance, LayerUsed? LastUse) : IReply, IWireMessage;
}
