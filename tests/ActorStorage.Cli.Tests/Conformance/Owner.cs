// SPDX-License-Identifier: Apache-2.0
using Mono.Unix.Native;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>User and group of a file, without following a link.</summary>
public readonly record struct Owner(uint User, uint Group)
{
    public static readonly Owner Root = new(0, 0);

    public static Owner Of(string path) => new(StatusOf(path).st_uid, StatusOf(path).st_gid);

    public static ulong InodeOf(string path) => StatusOf(path).st_ino;

    public static void Set(string path, uint user, uint group) =>
        Assert.True(Syscall.lchown(path, user, group) == 0, $"chown {path}: {Stdlib.GetLastError()}");

    public override string ToString() => $"{User}:{Group}";

    private static Stat StatusOf(string path)
    {
        Assert.True(Syscall.lstat(path, out var status) == 0, $"stat {path}: {Stdlib.GetLastError()}");
        return status;
    }
}
