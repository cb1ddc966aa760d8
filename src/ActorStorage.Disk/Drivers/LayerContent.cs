// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Drivers;

/// <summary>The directories in which a layer's files are found, as absolute paths.</summary>
/// <param name="Own">Those of the layer itself, the topmost first: more than one when its files changed owners and the
/// old directory was moved below an empty one.</param>
/// <param name="Below">Those of the layers below it, the nearest first; none when <paramref name="Own"/> holds
/// everything.</param>
public sealed record LayerContent(IReadOnlyList<string> Own, IReadOnlyList<string> Below);
