// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Parsing;
using ActorStorage.Cli.Quickstart;
using static ActorStorage.Cli.Commands.CommandOptions;

namespace ActorStorage.Cli.Commands;

/// <summary>Every command there is, in the order in which usage lists them.</summary>
internal static class CommandTable
{
    private const string None = "[options [...]]";
    private const string AnyItems = "[options [...]] LayerOrImageOrContainerNameOrID [...]";
    private const string OneItem = "[options [...]] LayerOrImageOrContainerNameOrID";
    private const string Layers = "[options [...]] LayerNameOrID [...]";
    private const string Layer = "[options [...]] LayerNameOrID";
    private const string Images = "[options [...]] ImageNameOrID [...]";
    private const string Image = "[options [...]] ImageNameOrID";
    private const string Containers = "[options [...]] ContainerNameOrID [...]";
    private const string Container = "[options [...]] ContainerNameOrID";
    private const string Mountables = "[options [...]] LayerOrContainerNameOrID [...]";
    private const string Parental = "[options [...]] [parentLayerNameOrID]";
    private const string Compared = Layer + " [referenceLayerNameOrID]";
    private const string Key = " dataName";
    private const int Many = CommandSpec.Unlimited;

    public static readonly IReadOnlyList<CommandSpec> All =
    [
        // Layers.
        new("create-layer", 0, 1, Parental, "Create a new layer", Creating, CreationCommands.CreateLayer)
            { Alias = "createlayer" },
        new("import-layer", 0, 1, Parental, "Import a new layer", [.. Creating, InputFile],
            CreationCommands.ImportLayer)
            { Alias = "importlayer" },
        new("import-layers", 1, Many, "[options [...]] FILE [...]", "Import many layers at once",
            [Jobs, Parent, Chain, FileName, NoProgress, JsonOnlyLong], ImportLayersCommand.Run)
            { StoreUse = StoreUse.OpensItself },
        new("layers", 0, 0, None, "List layers", [Tree, Quick, Json], LayerCommands.Layers),
        new("layer", 1, Many, Layers, "Examine layers", [Json], LayerCommands.Layer),
        new("delete-layer", 1, Many, Layers, "Delete layers, with safety checks", [Json],
            DeletionCommands.DeleteLayer)
            { Alias = "deletelayer" },
        new("changes", 1, 2, Compared, "Show what a layer changes", [Json], ChangeCommands.Changes),
        new("diff", 1, 2, Compared, "Write what a layer changes as a tar",
            [OutputFile, Uncompressed, Gzip, Bzip2, Xz], DiffCommands.Diff),
        new("diffsize", 1, 2, Compared, "Show the size of what a layer changes", [], ChangeCommands.DiffSize)
            { Alias = "diff-size" },
        new("applydiff", 1, 1, Layer, "Add a tar to a layer", [InputFile], DiffCommands.ApplyDiff)
            { Alias = "apply-diff" },
        new("applydiff-using-staging-dir", 2, 2, Layer + " directory", "Add a directory to a layer", [],
            StagingDirectoryCommand.Run),
        new("copy", 2, Many, "[options [...]] [LayerNameOrID:]PATH [...] [LayerNameOrID:]PATH",
            "Copy files from, to and between layers", [Owner, Json], CopyCommand.Run),
        new("list-layer-data", 1, 1, Layer, "List the data items of a layer", [Json],
            context => DataCommands.List(context, DataOwner.Layer))
            { Alias = "listlayerdata" },
        new("get-layer-data", 2, 2, Layer + Key, "Get a data item of a layer", [OutputFile],
            context => DataCommands.Get(context, DataOwner.Layer))
            { Alias = "getlayerdata" },
        new("set-layer-data", 2, 2, Layer + Key, "Set a data item of a layer", [InputFile],
            context => DataCommands.Set(context, DataOwner.Layer))
            { Alias = "setlayerdata" },
        new("layer-parent-owners", 1, Many, Layers, "Show owners of the directories above mounted layers", [Json],
            ParentOwnersCommands.OfLayers),
        new("create-storage-layer", 0, 1, Parental, "Create a layer that only the driver knows",
            [Label, Id, ReadOnly, Json, .. IdMaps], StorageLayerCommands.Create),
        new("storage-layers", 0, 0, None, "List the layers that the driver knows", [Json],
            StorageLayerCommands.List),

        // Images.
        new("create-image", 0, 1, "[options [...]] [topLayerNameOrID]", "Create a new image from a layer",
            [Name, Id, Digest, Metadata, MetadataFile, Json], CreationCommands.CreateImage)
            { Alias = "createimage" },
        new("images", 0, 0, None, "List images", [Quiet, Json], ImageCommands.Images),
        new("images-by-digest", 1, 1, "[options [...]] DIGEST", "List images by digest", [Quiet, Json],
            ImageCommands.ByDigest),
        new("image", 1, Many, Images, "Examine images", [Json], ImageCommands.Image),
        new("delete-image", 1, Many, Images, "Delete images, with safety checks", [Test, Json],
            DeletionCommands.DeleteImage)
            { Alias = "deleteimage" },
        new("list-image-data", 1, 1, Image, "List the data items of an image", [Json],
            context => DataCommands.List(context, DataOwner.Image))
            { Alias = "listimagedata" },
        new("get-image-data", 2, 2, Image + Key, "Get a data item of an image", [OutputFile],
            context => DataCommands.Get(context, DataOwner.Image))
            { Alias = "getimagedata" },
        new("get-image-data-size", 2, 2, Image + Key, "Get the size of a data item of an image", [],
            context => DataCommands.Size(context, DataOwner.Image))
            { Alias = "getimagedatasize" },
        new("get-image-data-digest", 2, 2, Image + Key, "Get the digest of a data item of an image", [],
            context => DataCommands.Digest(context, DataOwner.Image))
            { Alias = "getimagedatadigest" },
        new("set-image-data", 2, 2, Image + Key, "Set a data item of an image", [InputFile],
            context => DataCommands.Set(context, DataOwner.Image))
            { Alias = "setimagedata" },
        new("get-image-dir", 1, 1, Image, "Find a directory that goes with an image", [], DirectoryCommands.OfImage)
            { Alias = "getimagedir" },
        new("get-image-run-dir", 1, 1, Image, "Find a directory that goes with an image until the next reboot", [],
            DirectoryCommands.OfImageInRunRoot)
            { Alias = "getimagerundir" },

        // Containers.
        new("create-container", 1, 1, "[options [...]] parentImageNameOrID", "Create a new container from an image",
            [Name, CommandOptions.Volatile, Id, Metadata, MetadataFile, Json, .. IdMaps],
            CreationCommands.CreateContainer)
            { Alias = "createcontainer" },
        new("containers", 0, 0, None, "List containers", [Json], ContainerCommands.Containers),
        new("container", 1, Many, Containers, "Examine containers", [Json], ContainerCommands.Container),
        new("delete-container", 1, Many, Containers, "Delete containers with their layers", [Json],
            DeletionCommands.DeleteContainer)
            { Alias = "deletecontainer" },
        new("list-container-data", 1, 1, Container, "List the data items of a container", [Json],
            context => DataCommands.List(context, DataOwner.Container))
            { Alias = "listcontainerdata" },
        new("get-container-data", 2, 2, Container + Key, "Get a data item of a container", [OutputFile],
            context => DataCommands.Get(context, DataOwner.Container))
            { Alias = "getcontainerdata" },
        new("get-container-data-size", 2, 2, Container + Key, "Get the size of a data item of a container", [],
            context => DataCommands.Size(context, DataOwner.Container))
            { Alias = "getcontainerdatasize" },
        new("get-container-data-digest", 2, 2, Container + Key, "Get the digest of a data item of a container", [],
            context => DataCommands.Digest(context, DataOwner.Container))
            { Alias = "getcontainerdatadigest" },
        new("set-container-data", 2, 2, Container + Key, "Set a data item of a container", [InputFile],
            context => DataCommands.Set(context, DataOwner.Container))
            { Alias = "setcontainerdata" },
        new("get-container-dir", 1, 1, Container, "Find a directory that goes with a container", [],
            DirectoryCommands.OfContainer)
            { Alias = "getcontainerdir" },
        new("get-container-run-dir", 1, 1, Container,
            "Find a directory that goes with a container until the next reboot", [],
            DirectoryCommands.OfContainerInRunRoot)
            { Alias = "getcontainerrundir" },
        new("container-parent-owners", 1, Many, Containers, "Show owners of the directories above mounted containers",
            [Json], ParentOwnersCommands.OfContainers),

        // Layers, images and containers alike.
        new("delete", 1, Many, AnyItems, "Delete layers, images or containers, with no safety checks", [Json],
            DeletionCommands.Delete),
        new("exists", 1, Many, AnyItems, "Check whether layers, images or containers exist",
            [Quiet, OnlyLayer, OnlyImage, OnlyContainer, Json], ExistsCommand.Run),
        new("get-names", 1, 1, OneItem, "Get the names of a layer, image or container", [Json],
            NameCommands.GetNames)
            { Alias = "getnames" },
        new("add-names", 1, Many, OneItem, "Add names to a layer, image or container", [Name, Json],
            NameCommands.AddNames)
            { Alias = "addnames" },
        new("remove-names", 1, Many, OneItem, "Remove names from a layer, image or container", [Name, Json],
            NameCommands.RemoveNames)
            { Alias = "removenames" },
        new("set-names", 1, Many, OneItem, "Set the names of a layer, image or container", [Name, Json],
            NameCommands.SetNames)
            { Alias = "setnames" },
        new("metadata", 1, Many, AnyItems, "Retrieve metadata", [Quiet, Json], MetadataCommands.Metadata),
        new("set-metadata", 1, 1, OneItem, "Set metadata", [CommandOptions.Metadata, MetadataFile],
            MetadataCommands.SetMetadata)
            { Alias = "setmetadata" },
        new("mount", 1, Many, Mountables, "Mount layers or containers", [MountOptions, Label, MountImage, Json],
            MountCommands.Mount),
        new("unmount", 1, Many, Mountables, "Unmount layers or containers", [Force, Json], MountCommands.Unmount)
            { Alias = "umount" },
        new("mounted", 1, Many, Mountables, "Check whether layers or containers are mounted", [Json],
            MountCommands.Mounted),

        // The store.
        new("check", 0, 0, None, "Check layers, images and containers for damage",
            [AgeMax, Repair, ForceRepair, QuickCheck, Json], CheckCommand.Run),
        new("collect", 0, 0, None, "Delete layers that nothing holds, the least recently used first",
            [Target, UnusedFor, DryRun, Json], CollectCommand.Run),
        new("config", 0, 1, "[options [...]] [FILE]", "Print the configuration of storage", [], ConfigCommand.Run),
        new("dedup", 0, 0, None, "Let equal files of layers share their bytes", [HashMethod, Json],
            DedupCommand.Run),
        new("disk-use", 0, 0, None, "Show what layers take up on disk", [Json], DiskUseCommand.Run),
        new("drive", 1, 1, "[options [...]] SCRIPT", "Run a script of messages to a node",
            [Against, DriveRoot, KnownValue, OnlySummary], DriveCommand.Run)
            { StoreUse = StoreUse.OpensItself },
        new("ensure", 1, Many, "[options [...]] DIGEST [URL [...]]", "Have a node put a layer",
            [ParentDigest, LeaseName, KeepFor, ClientKey, .. Asking], NodeCommands.Ensure)
            { StoreUse = StoreUse.NotOpened },
        new("explain", 1, Many, Layers, "Show what keeps layers from being collected", [Json], ExplainCommand.Run),
        new("gc", 0, 0, None, "Remove what no record names", [Json], StoreCommands.CollectGarbage),
        new("locks", 0, 0, None, "Show who holds the store's locks, and who waits for them", [Watch, Json],
            LocksCommand.Run)
            { StoreUse = StoreUse.OpensItself },
        new("nodes", 0, 0, None, "List the nodes of a cluster", Asking, NodeCommands.Nodes)
            { StoreUse = StoreUse.NotOpened },
        new("quickstart", 0, 1, "[options [...]] [DIR]", "See it work on this machine, in a root of its own", [Keep],
            QuickstartCommand.Run)
            { StoreUse = StoreUse.OpensItself },
        new("serve", 0, 0, None, "Serve the root to other machines as a node",
            [Listen, ListenForLayers, Join, JournalPlace, CommandOptions.DrainMax, ConfigFile], ServeCommand.Run)
            { StoreUse = StoreUse.OpensItself },
        new("shutdown", 0, 0, None, "Shut down storage", [Force, Json], StoreCommands.Shutdown),
        new("status", 0, 0, None, "Check on the status of the driver", [Json], StoreCommands.Status),
        new("unshare", 0, Many, "[options [...]] [command [...]]", "Run a command in a user namespace", [],
            UnshareCommand.Run)
            { StoreUse = StoreUse.NotOpened },
        new("version", 0, 0, None, "Print the version", [Json], StoreCommands.Version),
        new("where", 1, Many, "[options [...]] DIGEST [...]", "Show which nodes have layers", Asking,
            NodeCommands.Where)
            { StoreUse = StoreUse.NotOpened },
        new("wipe", 0, 0, None, "Wipe all layers, images and containers", [Json], StoreCommands.Wipe),
    ];
}
