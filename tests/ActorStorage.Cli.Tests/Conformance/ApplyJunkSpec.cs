// SPDX-License-Identifier: Apache-2.0
using ActorStorage.Cli.Tests.Tools;

namespace ActorStorage.Cli.Tests.Conformance;

/// <summary>What is no archive is refused by name, whatever it is compressed with.</summary>
public sealed class ApplyJunkSpec
{
    /// <summary>Longer than the header of an archive, and no header.</summary>
    private static readonly string _text = string.Concat(Enumerable.Repeat("This is no archive at all. ", 40));

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_refuse_junk_when_it_is_not_compressed(ToolUnderTest subject) => RefusedAsync(subject, "cat");

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_refuse_junk_when_it_is_in_gzip(ToolUnderTest subject) => RefusedAsync(subject, "gzip");

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_refuse_junk_when_it_is_in_bzip2(ToolUnderTest subject) => RefusedAsync(subject, "bzip2");

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_refuse_junk_when_it_is_in_xz(ToolUnderTest subject) => RefusedAsync(subject, "xz");

    [SkippableTheory]
    [ToolsUnderTest]
    public Task Should_refuse_junk_when_it_is_in_zstd(ToolUnderTest subject) => RefusedAsync(subject, "zstd");

    private static Task RefusedAsync(ToolUnderTest subject, string compressor) => subject.InRootAsync(async root =>
    {
        await root.Main.MustAsync("create-layer", "--id", "layer-" + compressor);

        var junk = await CompressedAsync(root, compressor, _text);
        var refusal = await root.Main.QuietAsync("apply-diff", "--file", junk, "layer-" + compressor);
        Assert.NotEqual(0, refusal.ExitCode);
        Assert.True(
            refusal.Output.Contains("invalid tar header", StringComparison.Ordinal)
            || refusal.Output.Contains("unexpected EOF", StringComparison.Ordinal),
            refusal.ToString());

        // Shorter than a header.
        var stub = await CompressedAsync(root, compressor, _text[..50]);
        var shortRefusal = await root.Main.QuietAsync("apply-diff", "--file", stub, "layer-" + compressor);
        Assert.NotEqual(0, shortRefusal.ExitCode);
        shortRefusal.Says("unexpected EOF");
    });

    private static async Task<string> CompressedAsync(ConformanceRoot root, string compressor, string text)
    {
        var plain = root.File("plain");
        await File.WriteAllTextAsync(plain, text);
        string[] options = compressor == "cat" ? [plain] : ["-c", plain];
        var packed = root.File("packed");
        await File.WriteAllBytesAsync(packed, (await Command.RunAsync(compressor, options)).Succeeded().OutputBytes);
        return packed;
    }
}
