// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>Names are added, replaced and taken over alike for layers, images and containers.</summary>
public sealed class NamesSpec
{
    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_move_and_replace_names_when_they_belong_to_layers(ToolUnderTest subject) =>
        subject.InRootAsync(root => NamedAsync(root.Main, "layer", ""));

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_move_and_replace_names_when_they_belong_to_images(ToolUnderTest subject) =>
        subject.InRootAsync(async root => await NamedAsync(root.Main, "image", await root.Main.LayerAsync()));

    [SkippableTheory]
    [ToolsUnderTest(TransientToo = true)]
    public Task Should_move_and_replace_names_when_they_belong_to_containers(ToolUnderTest subject) =>
        subject.InRootAsync(async root => await NamedAsync(
            root.Main, "container", await root.Main.IdAsync("create-image", await root.Main.LayerAsync())));

    private static async Task NamedAsync(ConformanceStore store, string kind, string of)
    {
        var names = new Names(store, kind);
        await names.AreUnknownAsync("foo", "bar");
        var one = await store.IdAsync($"create-{kind}", "-n", names.Of("foo"), "-n", names.Of("bar"), of);
        await names.AreOfAsync(one, "foo", "bar");

        await store.MustAsync("add-names", "-n", names.Of("new"), "-n", names.Of("other"), one);
        await names.AreOfAsync(one, "foo", "bar", "new", "other");

        await store.MustAsync("set-names", "-n", names.Of("set"), "-n", names.Of("next"), one);
        await names.AreOfAsync(one, "set", "next");
        await names.AreUnknownAsync("foo", "bar", "new", "other");

        var two = await store.IdAsync($"create-{kind}", "-n", names.Of("two"), of);
        await store.MustAsync("set-names", "-n", names.Of("set"), "-n", names.Of("next"), two);
        await names.AreOfAsync(two, "set", "next");
        await names.AreOfAsync(one);
        await names.AreUnknownAsync("two");

        await store.MustAsync("add-names", "-n", names.Of("moved"), one);
        await store.MustAsync("add-names", "-n", names.Of("moved"), "-n", names.Of("late"), two);
        await names.AreOfAsync(two, "set", "next", "moved", "late");
        await names.AreOfAsync(one);
    }

    /// <summary>The names of one kind of thing, each with the kind at its end.</summary>
    private sealed class Names(ConformanceStore store, string kind)
    {
        public string Of(string name) => name + kind;

        /// <summary>The id has these names and no other, and is found by each of them.</summary>
        public async Task AreOfAsync(string id, params string[] expected)
        {
            var names = expected.Select(Of).ToArray();
            Assert.Equal(
                names.Order(StringComparer.Ordinal),
                (await store.LinesAsync("get-names", id)).Order(StringComparer.Ordinal));
            // All in one call, because each call is a process.
            Assert.True(await store.ExistsAsync([$"-{kind[0]}", id, .. names]));
        }

        public async Task AreUnknownAsync(params string[] absent)
        {
            var said = await store.QuietAsync(
                ["exists", $"-{kind[0]}", .. absent.Select(Of), "no-such-thing-as-this-name"]);
            Assert.NotEqual(0, said.ExitCode);
            Assert.All(said.Lines, line => Assert.EndsWith(": false", line, StringComparison.Ordinal));
            Assert.Equal(absent.Length + 1, said.Lines.Length);
        }
    }
}
