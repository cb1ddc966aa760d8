// SPDX-License-Identifier: Apache-2.0
using Akka.Actor;

namespace ActorStorage.Staging;

/// <summary>One claim on room: asks the kernel how much there is, on a thread that may wait for it.</summary>
internal sealed class ReserverActor(StagingWork work, StagingProtocol.Reserve request)
    : JobActor(work, request.Asker, CancellationToken.None)
{
    private readonly StagingWork _work = work;

    public static Props Props(StagingWork work, StagingProtocol.Reserve request) =>
        Akka.Actor.Props.Create(() => new ReserverActor(work, request));

    protected override string SpanName => "reserve";

    protected override string Undone => $"{request.Bytes} bytes were not reserved";

    protected override void Begin() =>
        Work(_ => new StagingProtocol.ReserveOk(_work.Space.Reserve(
            // Most layers that room is reserved for are those of images; one to write to moves its claim when it is
            // put.
            request.Bytes, request.Until, inImageStore: true)));

    protected override void OnAnswer(IReply answer) => Unhandled(answer);

    protected override void OnResult(object result) => End((IReply)result);

    // Nobody will ever know of it.
    protected override void Discard(object result) =>
        _work.Space.Release(((StagingProtocol.ReserveOk)result).Reservation);
}
