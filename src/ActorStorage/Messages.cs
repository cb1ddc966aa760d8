// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk;
using Akka.Actor;

namespace ActorStorage;

/// <summary>Never leaves the process: holds a path, a stream, a handle or a callback.</summary>
public interface ILocalMessage;

/// <summary>May cross nodes: holds values only.</summary>
public interface IWireMessage;

/// <summary>Who asked and until when an answer is of use. Every request carries one and is answered exactly
/// once.</summary>
/// <param name="ReplyTo">Gets the one answer.</param>
/// <param name="Deadline">After it the answer is a refusal; what was begun is given up where that loses
/// nothing.</param>
public sealed record Asker(IActorRef ReplyTo, DateTimeOffset Deadline)
{
    /// <summary>The trace that the request is part of, as the header <c>traceparent</c> of W3C Trace Context has it;
    /// null when it is in none. The spans of what the request goes through are parts of it.</summary>
    public string? TraceParent { get; init; }

    /// <summary>What the client calls itself, for the provenance of what it puts; null when it does not say.</summary>
    public string? Client { get; init; }

    /// <summary>Until the deadline; nothing when it is over.</summary>
    internal TimeSpan TimeLeft(TimeProvider time)
    {
        var left = Deadline - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}

/// <summary>A request to any part of the engine.</summary>
public interface IRequest
{
    Asker Asker { get; }
}

/// <summary>An answer to any request: what was asked for, or why not.</summary>
public interface IReply;

/// <summary>The answer to a request that was refused, whatever it was.</summary>
public sealed record Refused(StorageError Error) : IReply, IWireMessage;
