// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace ActorStorage.Cluster.Protocol;

/// <summary>One message: its manifest, which is frozen, and how it is written and read.</summary>
internal sealed record WireEntry(
    string Manifest, Type Type, MessageDescriptor Descriptor, Func<INodeMessage, IMessage> Of,
    Func<IMessage, INodeMessage> From)
{
    public static WireEntry For<TMessage, TWire>(
        string manifest, Func<TMessage, TWire> of, Func<TWire, TMessage> from)
        where TMessage : INodeMessage
        where TWire : IMessage<TWire>, new() =>
        new(
            manifest, typeof(TMessage), new TWire().Descriptor, message => of((TMessage)message),
            wire => from((TWire)wire));
}
