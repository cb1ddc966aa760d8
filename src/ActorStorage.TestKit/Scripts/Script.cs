// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Nodes;

namespace ActorStorage.TestKit.Scripts;

/// <summary>
/// Messages to a node and the replies that are expected, in their order. A script is a text of lines:
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item><c># words</c>: a comment.</item>
/// <item><c>archive NAME small SEED</c>, <c>archive NAME files SEED COUNT</c> or
/// <c>archive NAME large SEED MEGABYTES</c>: makes a layer's archive, and knows <c>${NAME.url}</c>,
/// <c>${NAME.digest}</c> and <c>${NAME.size}</c> from then on.</item>
/// <item><c>within 5s</c>: how long the replies to each message after this line may take (<c>ms</c>, <c>s</c>,
/// <c>m</c>, a day at most); 30 s until then.</item>
/// <item><c>&gt; NAME JSON</c>: a message, as protobuf writes it in JSON. No JSON is an empty message.</item>
/// <item><c>&lt; NAME JSON</c>: the next message that comes back. Fields that are left out are not compared.</item>
/// <item>A line that begins with a blank goes on with the JSON of the line before.</item>
/// </list>
/// In texts <c>${name}</c> is a value that is known, <c>$${</c> stands for <c>${</c>. In replies the text
/// <c>"${name=}"</c> takes the field's value under that name, <c>"*"</c> is anything but nothing, and a list that ends
/// with <c>"..."</c> may have more elements. Zero, false, <c>""</c>, <c>{}</c> and <c>[]</c> also expect a field that
/// is not there, because protobuf writes none of them; <c>null</c> expects only that. What has come by the end and no
/// line expects is a fault, and so is a last request whose reply no line expects.
/// </remarks>
public sealed record Script(string Name, IReadOnlyList<ScriptStep> Steps)
{
    /// <exception cref="ScriptException">What is wrong with it, and in which line.</exception>
    public static Script Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ScriptException(path, null, failure.Message);
        }
    }

    /// <param name="name">What errors call it.</param>
    /// <exception cref="ScriptException">What is wrong with it, and in which line.</exception>
    public static Script Parse(string text, string name = "script") => new ScriptReader(name).Read(text);

    /// <summary>Sends and compares until the end, or until a reply is not the expected one.</summary>
    /// <param name="values">What is known from the beginning.</param>
    /// <param name="say">Gets a line for each message that went or came.</param>
    /// <exception cref="ScriptException">What was not as expected, and in which line.</exception>
    public Task<ScriptSummary> RunAsync(
        IScriptTarget target, IReadOnlyDictionary<string, string>? values = null, Action<string>? say = null,
        CancellationToken cancellation = default) =>
        new ScriptRun(this, target, values, say, cancellation).RunAsync();
}

/// <summary>One line of a script, with those that go on with it.</summary>
/// <param name="Line">The first is 1.</param>
public abstract record ScriptStep(int Line)
{
    /// <param name="Within">How long the replies may take.</param>
    public sealed record Send(int Line, string Message, JsonNode Body, TimeSpan Within) : ScriptStep(Line);

    public sealed record Expect(int Line, string Message, JsonNode Pattern) : ScriptStep(Line);

    /// <param name="Size">Files or megabytes; 0 for a small one.</param>
    public sealed record MakeArchive(int Line, string Name, string Kind, int Seed, int Size) : ScriptStep(Line);
}

/// <param name="Sent">How many messages.</param>
/// <param name="Received">How many came back, all as expected.</param>
public sealed record ScriptSummary(int Sent, int Received);

/// <summary>A script that cannot be read, or a reply that is not the expected one.</summary>
/// <param name="line">Null when it is about the whole file.</param>
public sealed class ScriptException(string script, int? line, string text)
    : Exception(line is null ? $"{script}: {text}" : $"{script}:{line}: {text}")
{
    public int? Line => line;
}
