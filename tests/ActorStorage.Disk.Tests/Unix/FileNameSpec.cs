// SPDX-License-Identifier: Apache-2.0
using System.Text;
using ActorStorage.Disk.Unix;

namespace ActorStorage.Disk.Tests.Unix;

public sealed class FileNameSpec
{
    [Theory]
    [InlineData("plain")]
    [InlineData("caf\u00c3\u00a9")]
    [InlineData("\u00ff\u00fe")]
    [InlineData("a\u00ed\u00a0\u0080")]
    [InlineData("\u00f4\u0090\u0080\u0080")]
    [InlineData("\u00c0\u00af")]
    public void Should_find_again_what_was_listed_and_read_what_leads_there_when_names_are_any_bytes(string bytes)
    {
        using var directory = new TemporaryDirectory();
        var disk = new LinuxDisk();
        using var at = disk.OpenDirectory(directory.Path);
        var name = FileName.Decode(Encoding.Latin1.GetBytes(bytes));
        disk.MakeDirectory(at, name, 0x1ed);
        disk.MakeSymlink(name, at, "link");

        Assert.Equal([name, "link"], disk.List(at).OrderBy(each => each == "link"));
        Assert.True(disk.Status(at, name)!.IsDirectory);
        Assert.Equal(name, disk.ReadLink(at, "link"));
    }
}
