// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using Mono.Unix.Native;

namespace ActorStorage.Configuration;

/// <summary>What, besides its files, decides what a storage.conf means: variables and the user.</summary>
/// <param name="Variable">Looks an environment variable up; null when it is not set.</param>
/// <param name="UserId">Whose process this is, by its real id.</param>
/// <param name="EffectiveUserId">With whose rights it works.</param>
/// <param name="SystemRoot">Put before /etc and /usr/share when these files are looked for; usually empty.</param>
public sealed record StorageConfEnvironment(
    Func<string, string?> Variable, long UserId, long EffectiveUserId, string SystemRoot = "")
{
    private const string InsideNamespace = "_CONTAINERS_USERNS_CONFIGURED";
    private const string UserOutsideNamespace = "_CONTAINERS_ROOTLESS_UID";

    /// <summary>This process.</summary>
    public static StorageConfEnvironment OfProcess() =>
        new(Environment.GetEnvironmentVariable, Syscall.getuid(), Syscall.geteuid());

    /// <summary>Who the user is outside of the namespace that a tool may have put this process into.</summary>
    public long RootlessUserId =>
        long.TryParse(Variable(UserOutsideNamespace), NumberStyles.None, CultureInfo.InvariantCulture, out var outside)
            ? outside
            : UserId;

    /// <summary>Whether storage lies at the user's own places instead of the system's.</summary>
    public bool IsPerUser => (EffectiveUserId != 0 || Variable(InsideNamespace) is not null) && RootlessUserId != 0;

    /// <summary>A variable's value, or null when there is none or it is empty.</summary>
    public string? Given(string name) => Variable(name) is { Length: > 0 } value ? value : null;

    public string Home => Given("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
}
