// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using ActorStorage.Disk;

namespace ActorStorage.Configuration;

/// <summary>
/// Which files make up the configuration, in the order in which later ones override earlier ones: one main file,
/// fragments beside it, and what the environment puts on top.
/// </summary>
internal static class StorageConfFiles
{
    private const string MainVariable = "CONTAINERS_STORAGE_CONF";
    private const string OverrideVariable = MainVariable + "_OVERRIDE";
    private const string Fragments = "*.conf";

    /// <summary>Paths of files, each of which is there unless the environment names it.</summary>
    /// <param name="mainFile">Instead of the one that the environment names, or null.</param>
    public static IEnumerable<string> Find(StorageConfEnvironment environment, string? mainFile)
    {
        if ((mainFile ?? environment.Given(MainVariable)) is { } named)
        {
            yield return named;
        }
        else
        {
            string[] folders = [UserFolder(environment), AdministratorFolder(environment), VendorFolder(environment)];
            if (folders.Select(folder => $"{folder}/storage.conf").FirstOrDefault(File.Exists) is { } main)
            {
                yield return main;
            }
            foreach (var fragment in FindFragments(environment)) yield return fragment;
        }
        if (environment.Given(OverrideVariable) is { } last) yield return last;
    }

    /// <summary>Whether the environment names files: those must be read even by who needs nothing of them, since a
    /// name that leads nowhere is a mistake that somebody wants to hear of.</summary>
    public static bool AreNamed(StorageConfEnvironment environment) =>
        environment.Given(MainVariable) is not null || environment.Given(OverrideVariable) is not null;

    /// <summary>By name: of several files with one name the one in the strongest place counts.</summary>
    private static SortedDictionary<string, string>.ValueCollection FindFragments(StorageConfEnvironment environment)
    {
        var byName = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in FragmentFolders(environment).Where(Directory.Exists))
        {
            foreach (var file in Files(folder)) byName[Path.GetFileName(file)] = file;
        }
        return byName.Values;
    }

    /// <summary>Regular files only, as the Go tools see it: a symbolic link is none.</summary>
    private static List<string> Files(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).GetFiles(Fragments)
                .Where(file => file.LinkTarget is null).Select(file => $"{folder}/{file.Name}").ToList();
        }
        catch (UnauthorizedAccessException)
        {
            throw new StorageException(StorageErrorKind.AccessDenied, $"open {folder}: permission denied", folder);
        }
    }

    /// <summary>Weakest first.</summary>
    private static IEnumerable<string> FragmentFolders(StorageConfEnvironment environment)
    {
        var user = environment.RootlessUserId;
        foreach (var folder in new[] { VendorFolder(environment), AdministratorFolder(environment) })
        {
            yield return $"{folder}/storage.conf.d";
            if (user == 0)
            {
                yield return $"{folder}/storage.rootful.conf.d";
            }
            else
            {
                yield return $"{folder}/storage.rootless.conf.d";
                yield return $"{folder}/storage.rootless.conf.d/{user.ToString(CultureInfo.InvariantCulture)}";
            }
        }
        yield return $"{UserFolder(environment)}/storage.conf.d";
    }

    private static string UserFolder(StorageConfEnvironment environment) =>
        $"{environment.Given("XDG_CONFIG_HOME") ?? $"{environment.Home}/.config"}/containers";

    private static string AdministratorFolder(StorageConfEnvironment environment) =>
        $"{environment.SystemRoot}/etc/containers";

    private static string VendorFolder(StorageConfEnvironment environment) =>
        $"{environment.SystemRoot}/usr/share/containers";
}
