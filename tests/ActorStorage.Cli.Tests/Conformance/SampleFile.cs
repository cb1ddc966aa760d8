// SPDX-License-Identifier: Apache-2.0
using System.Security.Cryptography;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>
/// Files of random bytes from the first second of 1970: whoever looks for changes cannot tell by the time of a file
/// that it is new.
/// </summary>
public static class SampleFile
{
    public const int Bytes = 256;

    public static void Create(string path, int bytes = Bytes)
    {
        File.WriteAllBytes(path, RandomNumberGenerator.GetBytes(bytes));
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
    }

    /// <summary>Creates it with an owner.</summary>
    public static void Create(string path, uint user, uint group)
    {
        Create(path);
        Owner.Set(path, user, group);
    }
}
