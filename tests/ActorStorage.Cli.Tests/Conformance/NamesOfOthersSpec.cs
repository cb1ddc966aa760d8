// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Images of a store that is only read get other names in the store that is written.</summary>
public sealed class NamesOfOthersSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_find_old_and_new_names_when_names_are_added(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var (both, image) = await WithImageAsync(root, "fooimage", "barimage");
            Assert.True(await both.ExistsAsync("-i", image, "fooimage", "barimage"));

            await both.MustAsync("add-names", "-n", "newimage", "-n", "otherimage", image);

            Assert.True(await both.ExistsAsync("-i", image, "fooimage", "barimage", "newimage", "otherimage"));
        });

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_no_longer_find_the_name_when_it_is_removed(ToolUnderTest subject) =>
        subject.InRootAsync(async root =>
        {
            var (both, image) = await WithImageAsync(root, "fooimage", "barimage", "newimage", "otherimage");
            Assert.True(await both.ExistsAsync("-i", image, "fooimage", "barimage", "newimage", "otherimage"));

            await both.MustAsync("remove-names", "-n", "newimage", image);

            Assert.False(await both.ExistsAsync("-i", "newimage"));
            Assert.True(await both.ExistsAsync("-i", image, "fooimage", "barimage", "otherimage"));
        });

    private static async Task<(ConformanceStore Both, string Image)> WithImageAsync(
        ConformanceRoot root, params string[] names)
    {
        var readOnly = root.Other("ro");
        Directory.CreateDirectory(readOnly.Graph);
        Directory.CreateDirectory(readOnly.Run);
        string[] options = [.. names.SelectMany(name => new[] { "-n", name })];
        var image = await readOnly.IdAsync(["create-image", .. options, await readOnly.LayerAsync()]);
        await readOnly.MustAsync("shutdown");
        return (root.MainWith(readOnly), image);
    }
}
