// SPDX-License-Identifier: Apache-2.0
namespace ActorStorage.Soak;

/// <summary>One operation, in words that the command line and the embedded engine both take.</summary>
/// <param name="Verb">As the command line calls it.</param>
/// <param name="Item">The id of what is made, changed or deleted.</param>
/// <param name="On">What it is made on: a layer or an image.</param>
/// <param name="Name">A name that it gets or loses.</param>
/// <param name="Key">Of the item of data.</param>
/// <param name="File">The archive, or the data.</param>
internal sealed record Work(
    string Verb, string Item = "", string? On = null, string? Name = null, string? Key = null, string? File = null)
{
    /// <summary>Whether it must be asked for again when nobody knows how far it came: it may be done by half then, and
    /// that may be seen.</summary>
    public bool IsFinishedByRepeating =>
        Verb.StartsWith("delete-", StringComparison.Ordinal) || Verb == "applydiff";

    public string[] Arguments()
    {
        string[] file = File is null ? [] : ["-f", File];
        string[] name = Name is null ? [] : ["-n", Name];
        string[] on = On is null ? [] : [On];
        return Verb switch
        {
            "import-layer" or "create-layer" or "create-image" or "create-container" =>
                [Verb, "-i", Item, .. name, .. file, .. on],
            "diff" => [Verb, "--uncompressed", Item],
            "gc" or "check" or "layers" => [Verb],
            _ => [Verb, .. name, .. file, Item, .. Key is null ? (string[])[] : [Key]],
        };
    }

    public override string ToString() => string.Join(' ', Arguments());
}

internal enum Ending
{
    Done,

    /// <summary>Nothing has changed.</summary>
    Refused,

    /// <summary>It was killed, and nobody was told anything.</summary>
    Unknown,
}

/// <param name="Kind">Of a refusal: what figures count it by.</param>
/// <param name="Text">What was put out, or why it was refused.</param>
/// <param name="Sha256">Of what was put out, in lower-case hex.</param>
internal sealed record Answer(Ending Ending, string Kind, string Text, string Sha256 = "");

/// <summary>Where operations are done: by processes of a tool, or by an engine that lives.</summary>
internal interface IBench
{
    /// <summary>As figures name it.</summary>
    string Tool { get; }

    Task<Answer> RunAsync(Work work);
}
