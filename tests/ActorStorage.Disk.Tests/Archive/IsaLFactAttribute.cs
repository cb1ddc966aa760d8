// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;

namespace ActorStorage.Disk.Tests.Archive;

/// <summary>A test that needs ISA-L, which tests/run installs.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class IsaLFactAttribute : FactAttribute
{
    public IsaLFactAttribute()
    {
        if (!IsaL.IsUsable) Skip = "ISA-L is not installed (apt-get install libisal2), or this is no x86-64";
    }
}
