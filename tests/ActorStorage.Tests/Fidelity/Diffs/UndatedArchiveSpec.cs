// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.TestKit.Archives;

namespace ActorStorage.Tests.Fidelity.Diffs;

public sealed class UndatedArchiveSpec
{
    [Theory]
    [InlineData(".wh.x", false)]
    [InlineData("d/.wh.x", false)]
    [InlineData("new\nline/.wh.\u00e4", false)]
    [InlineData("xyz", true)]
    [InlineData("a.wh.b", true)]
    [InlineData(".wh.d/x", true)]
    public void Should_differ_by_times_of_what_is_on_disk_alone(string name, bool differs)
    {
        var (now, later) = (Undated(name, 0), Undated(name, 1));
        Assert.Equal(differs, !now.SequenceEqual(later));
    }

    /// <summary>The name is in a PAX header, which has no time.</summary>
    private static byte[] Undated(string name, int second)
    {
        var record = $" path={name}\n";
        var length = 2 + Encoding.UTF8.GetByteCount(record);
        var archive = new TarBuilder()
            .ModifiedAt(DateTimeOffset.UnixEpoch)
            .Entry('x', "header", content: Encoding.UTF8.GetBytes($"{length}{record}"))
            .ModifiedAt(DateTimeOffset.UnixEpoch.AddSeconds(second)).File("short", "");
        Assert.InRange(length, 10, 99);
        return UndatedArchive.Of(archive.Build(), static _ => false);
    }
}
