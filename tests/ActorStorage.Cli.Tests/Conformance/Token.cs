// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>The content of a lock file, by which every process sees that another one has written.</summary>
public sealed class Token(string path)
{
    private readonly HashSet<string> _seen = [];

    /// <summary>Fails unless there is a value and it is none of the earlier ones.</summary>
    public void IsNew()
    {
        var value = Convert.ToHexString(File.ReadAllBytes(path));
        Assert.NotEqual("", value);
        Assert.True(_seen.Add(value), $"{path} has a value that it had before");
    }
}
