// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Drivers;

/// <summary>What a driver must know of a layer before it makes its directory.</summary>
/// <param name="Parent">Null for a layer on nothing. A driver that copies parents needs it in its place.</param>
public sealed record TreePlan(LayerId Layer, LayerId? Parent);
