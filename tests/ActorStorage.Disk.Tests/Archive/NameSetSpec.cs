// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Archive;

namespace ActorStorage.Disk.Tests.Archive;

[Collection(nameof(AloneInTheProcess))]
public sealed class NameSetSpec
{
    [Fact]
    public void Should_know_a_name_again_and_no_other()
    {
        var names = new NameSet();
        Assert.False(names.Contains("a/b"));
        Assert.True(names.Add("a/b"));
        Assert.False(names.Add("a/b"));
        Assert.True(names.Add("A/b"));
        Assert.True(names.Add("n\0\u00ff"));
        Assert.False(names.Add("n\0\u00ff"));
        Assert.True(names.Contains("a/b"));
        Assert.False(names.Contains("a"));
        Assert.False(names.Contains("n\0\u00fe"));
    }

    [Fact]
    public void Should_need_a_hundred_bytes_for_a_name_of_a_thousand()
    {
        const int count = 100_000;
        var prefix = new string('x', 1_000);
        var names = new NameSet();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var number = 0; number < count; number++) names.Add(prefix + number);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(names.Contains(prefix + 5));
        Assert.True(grown < 100L * count, $"{grown / count} bytes each");
    }
}
