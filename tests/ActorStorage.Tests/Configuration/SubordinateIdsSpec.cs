// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Configuration;
using ActorStorage.Disk;
using ActorStorage.Disk.Index;

namespace ActorStorage.Tests.Configuration;

public sealed class SubordinateIdsSpec : IDisposable
{
    private readonly string _users = Path.GetTempFileName();
    private readonly string _groups = Path.GetTempFileName();

    public void Dispose()
    {
        File.Delete(_users);
        File.Delete(_groups);
    }

    [Fact]
    public void Should_put_ranges_one_behind_the_other_when_there_are_several()
    {
        File.WriteAllText(
            _users, "# comment\nsomebody:300000:10\n\nother:1:1\nsomebody:4000000000:5\nsomebody:100:7");
        File.WriteAllText(_groups, "others:5:6\n");
        var maps = SubordinateIds.Of("somebody", "others", _users, _groups);
        Assert.Equal(
            [new IdMap(0, 100, 7), new IdMap(7, 300000, 10), new IdMap(17, 4000000000, 5)], maps.Users.ToArray());
        Assert.Equal([new IdMap(0, 5, 6)], maps.Groups.ToArray());
    }

    [Fact]
    public void Should_find_lines_by_number_when_the_user_has_one()
    {
        File.WriteAllText(_users, "0:7:8\n");
        File.WriteAllText(_groups, "root:9:10\n");
        Assert.Equal([new IdMap(0, 7, 8)], SubordinateIds.Of("root", "root", _users, _groups).Users.ToArray());
    }

    [Fact]
    public void Should_name_file_and_user_when_there_is_nothing_for_him()
    {
        var failure = Assert.Throws<StorageException>(() => SubordinateIds.Of("x", "y", _users, _groups));
        Assert.Equal($"no subuid ranges found for user \"x\" in {_users}", failure.Message);
        File.WriteAllText(_users, "x:1:1");
        failure = Assert.Throws<StorageException>(() => SubordinateIds.Of("x", "y", _users, _groups));
        Assert.Equal($"no subgid ranges found for group \"y\" in {_groups}", failure.Message);
    }

    [Theory]
    [InlineData("x:1")]
    [InlineData("x:1:2:3")]
    [InlineData("x:a:2")]
    [InlineData("x:1:-2")]
    public void Should_refuse_when_a_line_is_malformed(string line)
    {
        File.WriteAllText(_users, line);
        var failure = Assert.Throws<StorageException>(() => SubordinateIds.Of("x", "x", _users, _groups));
        Assert.Equal(StorageErrorKind.Invalid, failure.Kind);
    }
}
