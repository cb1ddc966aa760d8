// SPDX-License-Identifier: Apache-2.0
using Google.Protobuf;

namespace ActorStorage.Cluster.Whereabouts
{
    /// <summary>Crosses between the nodes of a cluster. These messages are what protobuf makes of directory.proto: keys
    /// go from what arrived into the tables, with no value in between. Who has sent one does not change it.</summary>
    internal interface IDirectoryMessage : IWireMessage, IMessage;
}

namespace ActorStorage.Cluster.Whereabouts.Wire
{
    internal sealed partial class Announce : IDirectoryMessage;

    internal sealed partial class Summarize : IDirectoryMessage;

    internal sealed partial class AskForAll : IDirectoryMessage;

    internal sealed partial class AnnounceAll : IDirectoryMessage;

    internal sealed partial class FindHolders : IDirectoryMessage;

    internal sealed partial class FindHoldersOk : IDirectoryMessage;

    internal sealed partial class ClaimKey : IDirectoryMessage;

    internal sealed partial class ClaimKeyOk : IDirectoryMessage;

    internal sealed partial class ReleaseKey : IDirectoryMessage;
}
