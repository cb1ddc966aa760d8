// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Disk.Tests;

/// <summary>Tests that change or measure what belongs to the whole process, so that nothing else may run meanwhile.
/// </summary>
[CollectionDefinition(nameof(AloneInTheProcess), DisableParallelization = true)]
public sealed class AloneInTheProcess;
