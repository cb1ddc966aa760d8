// SPDX-License-Identifier: Apache-2.0
using System.Collections.Immutable;
using ActorStorage.Watching;

namespace ActorStorage.Journal.Events;

/// <summary>By what queries on the database find events besides who wrote them. Frozen, as they stand in it.</summary>
internal static class Tags
{
    public const string Gap = "gap";

    public static ImmutableHashSet<string> Lease { get; } = Only("lease");

    public static ImmutableHashSet<string> Saga { get; } = Only("saga");

    public static ImmutableHashSet<string> Use { get; } = Only("use");

    public static ImmutableHashSet<string> Of(StoreChanged step)
    {
        var tags = ImmutableHashSet.Create(StringComparer.Ordinal, Of(step.Store), Of(step.Origin));
        return step.Gap == HistoryGap.None ? tags : tags.Add(Gap);
    }

    public static string Of(StoreKind store) => store switch
    {
        StoreKind.Layers => "layers",
        StoreKind.Images => "images",
        _ => "containers",
    };

    public static string Of(PictureOrigin origin) => origin switch
    {
        PictureOrigin.Own => "own",
        PictureOrigin.Foreign => "foreign",
        _ => "unclear",
    };

    private static ImmutableHashSet<string> Only(string tag) => ImmutableHashSet.Create(StringComparer.Ordinal, tag);
}
