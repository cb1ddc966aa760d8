// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Mono.Unix.Native;

namespace ActorStorage.Cli.Output;

/// <summary>
/// Where results and complaints go, in the order in which they are said, whether or not the two streams are one.
/// Results are buffered until then.
/// </summary>
internal sealed class Terminal
{
    private const int PendingMax = 8192;
    private readonly Stream _output;
    private readonly Stream _error;
    private readonly StringBuilder _pending = new();

    public Terminal(Stream output, Stream error, bool errorIsTerminal) =>
        (_output, _error, ErrorIsTerminal) = (output, error, errorIsTerminal);

    public static Terminal OfProcess() =>
        new(new StandardOutput(1), new StandardOutput(2), errorIsTerminal: Syscall.isatty(2));

    /// <summary>Whether somebody looks at the error stream, so that a line can be drawn again and again.</summary>
    public bool ErrorIsTerminal { get; }

    /// <summary>Whether nobody reads the results any more, or the complaints.</summary>
    public bool IsBroken =>
        _output is StandardOutput { IsBroken: true } || _error is StandardOutput { IsBroken: true };

    public void Out(string text)
    {
        if (_pending.Append(text).Length >= PendingMax) Flush();
    }

    public void OutLine(string line) => Out(line + "\n");

    public void Error(string text)
    {
        Flush();
        _error.Write(Encoding.UTF8.GetBytes(text));
    }

    public void ErrorLine(string line) => Error(line + "\n");

    /// <summary>The output stream for bytes; what was written as text stands before them.</summary>
    public Stream OutputBytes()
    {
        Flush();
        return _output;
    }

    public void Json(GoJson json)
    {
        var bytes = OutputBytes();
        bytes.Write(json.Bytes);
        bytes.WriteByte((byte)'\n');
    }

    public void Flush()
    {
        if (_pending.Length == 0) return;
        var bytes = Encoding.UTF8.GetBytes(_pending.ToString());
        // Before it is written: what could not be written is not tried again with the complaint about that.
        _pending.Clear();
        _output.Write(bytes);
    }
}
