// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Parsing;
using ActorStorage.Cli.Quickstart;
using static ActorStorage.Cli.Commands.CommandOptions;

namespace ActorStorage.Cli.Commands;

/// <summary>Every command there is, in the order in which usage lists them, and those that are still to come.</summary>
internal static class CommandTable
{
    private const string Any = "LayerNameOrID [...]";
    private const string One = "[options [...]] layerNameOrID";
    private const string Parental = "[options [...]] [parentLayerNameOrID]";
    private const string Data = "[options [...]] layerNameOrID dataName";
    private const int Many = CommandSpec.Unlimited;

    public static readonly IReadOnlyList<CommandSpec> All =
    [
        new("config", 0, 1, "[options [...]] [FILE]", "Print the configuration of storage", [], ConfigCommand.Run),
        new("create-layer", 0, 1, Parental, "Create a new layer", Creating, CreationCommands.CreateLayer)
            { Alias = "createlayer" },
        new("import-layer", 0, 1, Parental, "Import a new layer", [.. Creating, InputFile],
            CreationCommands.ImportLayer)
            { Alias = "importlayer" },
        new("import-layers", 1, Many, "[options [...]] FILE [...]", "Import many layers at once",
            [Jobs, Parent, Chain, FileName, NoProgress, JsonOnlyLong], ImportLayersCommand.Run)
            { StoreUse = StoreUse.OpensItself },
        new("delete", 1, Many, Any, "Delete a layer, with no safety checks", [Json], DeletionCommands.Delete),
        new("delete-layer", 1, Many, Any, "Delete a layer, with safety checks", [Json], DeletionCommands.DeleteLayer)
            { Alias = "deletelayer" },
        new("diff", 1, 2, One + " [referenceLayerNameOrID]", "Write a layer as a tar",
            [OutputFile, Uncompressed, Gzip, Bzip2, Xz], DiffCommands.Diff),
        new("exists", 1, Many, Any, "Check if a layer exists", [Quiet, OnlyLayer, OnlyImage, OnlyContainer, Json],
            LayerCommands.Exists),
        new("layer", 1, Many, One + " [...]", "Examine a layer", [Json], LayerCommands.Layer),
        new("list-layer-data", 1, 1, One, "List data items that are attached to a layer", [Json], DataCommands.List)
            { Alias = "listlayerdata" },
        new("get-layer-data", 2, 2, Data, "Get data that is attached to a layer", [OutputFile], DataCommands.Get)
            { Alias = "getlayerdata" },
        new("set-layer-data", 2, 2, Data, "Set data that is attached to a layer", [InputFile], DataCommands.Set)
            { Alias = "setlayerdata" },
        new("layers", 0, 0, "[options [...]]", "List layers", [Tree, Quick, Json], LayerCommands.Layers),
        new("metadata", 1, Many, Any, "Retrieve layer metadata", [Quiet, Json], MetadataCommands.Metadata),
        new("set-metadata", 1, 1, One, "Set layer metadata", [Metadata, MetadataFile], MetadataCommands.SetMetadata)
            { Alias = "setmetadata" },
        new("mount", 1, Many, Any, "Mount a layer", [MountOptions, Label, MountImage, Json], MountCommands.Mount),
        new("unmount", 1, Many, Any, "Unmount a layer", [Force, Json], MountCommands.Unmount) { Alias = "umount" },
        new("mounted", 1, Many, Any, "Check if a layer is mounted", [Json], MountCommands.Mounted),
        new("get-names", 1, 1, One, "Get layer name or names", [Json], NameCommands.GetNames) { Alias = "getnames" },
        new("add-names", 1, Many, One, "Add layer name or names", [Name, Json], NameCommands.AddNames)
            { Alias = "addnames" },
        new("remove-names", 1, Many, One, "Remove layer name or names", [Name, Json], NameCommands.RemoveNames)
            { Alias = "removenames" },
        new("set-names", 1, Many, One, "Set layer name or names", [Name, Json], NameCommands.SetNames)
            { Alias = "setnames" },
        new("quickstart", 0, 1, "[options [...]] [DIR]", "See it work on this machine, in a root of its own", [Keep],
            QuickstartCommand.Run)
            { StoreUse = StoreUse.OpensItself },
        new("shutdown", 0, 0, "[options [...]]", "Shut down layer storage", [Force, Json], StoreCommands.Shutdown),
        new("status", 0, 0, "[options [...]]", "Check on graph driver status", [Json], StoreCommands.Status),
        new("unshare", 0, Many, "[options [...]] [command [...]]", "Run a command in a user namespace", [],
            UnshareCommand.Run)
            { StoreUse = StoreUse.NotOpened },
        new("version", 0, 0, "[options [...]]", "Print the version", [Json], StoreCommands.Version),
        new("wipe", 0, 0, "[options [...]]", "Wipe all layers", [Json], StoreCommands.Wipe),
    ];

    public static readonly IReadOnlyList<PlannedCommand> Planned =
    [
        new("check"), new("container"),
        new("list-container-data", "listcontainerdata"), new("get-container-data", "getcontainerdata"),
        new("get-container-data-size", "getcontainerdatasize"),
        new("get-container-data-digest", "getcontainerdatadigest"),
        new("set-container-data", "setcontainerdata"), new("get-container-dir", "getcontainerdir"),
        new("get-container-run-dir", "getcontainerrundir"), new("container-parent-owners"), new("containers"),
        new("copy"), new("create-storage-layer"), new("create-image", "createimage"),
        new("create-container", "createcontainer"), new("dedup"), new("delete-image", "deleteimage"),
        new("delete-container", "deletecontainer"), new("changes"), new("diffsize", "diff-size"),
        new("applydiff", "apply-diff"), new("applydiff-using-staging-dir"), new("gc"), new("image"),
        new("list-image-data", "listimagedata"), new("get-image-data", "getimagedata"),
        new("get-image-data-size", "getimagedatasize"), new("get-image-data-digest", "getimagedatadigest"),
        new("set-image-data", "setimagedata"), new("get-image-dir", "getimagedir"),
        new("get-image-run-dir", "getimagerundir"), new("images"), new("images-by-digest"),
        new("layer-parent-owners"), new("storage-layers"),
    ];
}
