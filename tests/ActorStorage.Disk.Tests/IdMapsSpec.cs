// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Disk.Index;

namespace ActorStorage.Disk.Tests;

public sealed class IdMapsSpec
{
    private static readonly IdMaps Maps = new(
        [new IdMap(0, 4_294_836_224, 6), new IdMap(100, 5, 10)], [new IdMap(0, 2_147_418_112, 101)]);

    [Theory]
    [InlineData(0, 0, 4_294_836_224, 2_147_418_112)]
    [InlineData(5, 100, 4_294_836_229, 2_147_418_212)]
    [InlineData(109, 1, 14, 2_147_418_113)]
    public void Should_find_ids_in_both_directions(long user, long group, long userOnHost, long groupOnHost)
    {
        Assert.Equal(((uint)userOnHost, (uint)groupOnHost), Maps.ToHost(user, group));
        Assert.Equal(((uint)user, (uint)group), Maps.ToContainer(userOnHost, groupOnHost));
    }

    [Fact]
    public void Should_leave_every_id_as_it_is_when_there_are_no_maps()
    {
        Assert.True(IdMaps.None.IsEmpty);
        Assert.Equal((uint.MaxValue, 7u), IdMaps.None.ToHost(uint.MaxValue, 7));
        Assert.Equal((0u, 0u), IdMaps.None.RootOnHost);
        Assert.Null(IdMaps.None.TryToContainer(1L << 32, 0));
        Assert.Null(IdMaps.None.TryToContainer(-1, 0));
    }

    [Theory]
    [InlineData(0, 4_294_967_295, 2, 1)]        // would come out as root of the host
    [InlineData(0, 4_294_967_295, 2, 0)]        // would leave the owner as he is
    [InlineData(0, 4_294_967_290, 20, 6)]
    [InlineData(long.MinValue, long.MinValue, 1, 0)]
    [InlineData(0, 5, -1, 0)]
    [InlineData(0, -5, 10, 5)]
    public void Should_give_no_place_to_an_id_that_a_map_leads_out_of_all_ids(
        long container, long host, long size, long user)
    {
        var maps = new IdMaps([new IdMap(container, host, size)], []);

        Assert.Throws<StorageException>(() => maps.ToHost(user, 0));
        Assert.Equal(IdMaps.Overflow, maps.ToHostOrOverflow(user, 0).UserId);
    }

    [Theory]
    [InlineData(6, 0, "uid 6 cannot be mapped to a host ID")]
    [InlineData(0, 101, "gid 101 cannot be mapped to a host ID")]
    [InlineData(-1, 0, "uid -1 cannot be mapped to a host ID")]
    public void Should_name_the_id_that_has_no_place(long user, long group, string message)
    {
        var refusal = Assert.Throws<StorageException>(() => Maps.ToHost(user, group));

        Assert.Equal(message, refusal.Message);
        Assert.Equal(StorageErrorKind.Invalid, refusal.Kind);
    }

    [Fact]
    public void Should_show_each_id_that_has_no_place_as_the_kernel_does_when_asked_to()
    {
        Assert.Equal((IdMaps.Overflow, 2_147_418_112u), Maps.ToHostOrOverflow(50, 0));
        Assert.Equal((102u, IdMaps.Overflow), Maps.ToContainerOrOverflow(7, 7));
    }

    [Fact]
    public void Should_take_a_map_of_one_id_for_that_of_root()
    {
        var maps = new IdMaps([new IdMap(1000, 5000, 1)], [new IdMap(1, 77, 1), new IdMap(0, 78, 1)]);

        Assert.Equal((5000u, 78u), maps.RootOnHost);
        Assert.Throws<StorageException>(() => maps.ToHost(0, 0));
    }

    [Theory]
    [InlineData(0, 100, 10, 5, 20, 10)]
    [InlineData(0, 25, 5, 100, 20, 10)]
    public void Should_refuse_ranges_that_overlap_on_either_side(
        long container, long host, long size, long nextContainer, long nextHost, long nextSize)
    {
        var maps = new IdMaps([], [new IdMap(container, host, size), new IdMap(nextContainer, nextHost, nextSize)]);

        var refusal = Assert.Throws<StorageException>(maps.CheckRanges);

        Assert.Equal(
            $"the specified UID and/or GID mapping {nextContainer}:{nextHost}:{nextSize} conflicts with other mappings:"
                + " invalid mappings specified",
            refusal.Message);
    }

    [Fact]
    public void Should_take_ranges_that_touch() =>
        new IdMaps([new IdMap(0, 100, 10), new IdMap(10, 110, 10)], []).CheckRanges();

    [Fact]
    public void Should_be_equal_when_the_ranges_are()
    {
        var same = new IdMaps([new IdMap(0, 4_294_836_224, 6), new IdMap(100, 5, 10)], [.. Maps.Groups]);

        Assert.Equal(Maps, same);
        Assert.Equal(Maps.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(Maps, same with { Groups = [] });
        Assert.Equal(IdMaps.None, new IdMaps(default, []));
    }
}
