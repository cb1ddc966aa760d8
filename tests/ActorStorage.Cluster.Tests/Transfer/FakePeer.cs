// SPDX-License-Identifier: Apache-2.0
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorStorage.Cluster.Tests.Transfer;

/// <summary>A server that answers each connection as the test says, byte by byte, and not as it should.</summary>
internal sealed class FakePeer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<Stream, long, CancellationToken, Task> _answer;
    private readonly Task _serving;

    private FakePeer(Func<Stream, long, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    public int Connections { get; private set; }

    /// <param name="answer">Given the connection, behind the request, and the offset that was asked for.</param>
    public static FakePeer Answering(Func<Stream, long, CancellationToken, Task> answer) => new(answer);

    /// <summary>Sends all the bytes it is asked for, and nothing of its own mind.</summary>
    public static FakePeer Sending(byte[] bytes) => new((to, offset, cancellation) =>
        SendAsync(to, bytes, offset, bytes.Length, cancellation));

    /// <summary>Sends headers for the whole, and stops in front of a byte without closing.</summary>
    public static FakePeer StoppingAt(byte[] bytes, int stop) => new(async (to, offset, cancellation) =>
    {
        await SendAsync(to, bytes, offset, Math.Max(stop, (int)offset), cancellation);
        await Task.Delay(Timeout.Infinite, cancellation);
    });

    /// <summary>Sends headers for the whole, and then twenty bytes a second.</summary>
    public static FakePeer Trickling(byte[] bytes) => new(async (to, offset, cancellation) =>
    {
        await SendAsync(to, bytes, offset, (int)offset, cancellation);
        for (var at = (int)offset; at < bytes.Length; at++)
        {
            await to.WriteAsync(bytes.AsMemory(at, 1), cancellation);
            await Task.Delay(50, cancellation);
        }
    });

    /// <summary>Accepts, and never says a word.</summary>
    public static FakePeer Silent() => new((_, _, cancellation) => Task.Delay(Timeout.Infinite, cancellation));

    public static FakePeer Refusing(string status, string headers = "") => new((to, _, cancellation) =>
        WriteAsync(to, $"HTTP/1.1 {status}\r\nContent-Length: 0\r\n{headers}\r\n", cancellation));

    public static async Task SendAsync(
        Stream to, byte[] bytes, long offset, int end, CancellationToken cancellation)
    {
        var status = offset == 0
            ? "200 OK\r\n"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"206 Partial Content\r\nContent-Range: bytes {offset}-{bytes.Length - 1}/{bytes.Length}\r\n");
        var length = (bytes.Length - offset).ToString(CultureInfo.InvariantCulture);
        await WriteAsync(to, $"HTTP/1.1 {status}Content-Length: {length}\r\n\r\n", cancellation);
        await to.WriteAsync(bytes.AsMemory((int)offset, end - (int)offset), cancellation);
    }

    public static Task WriteAsync(Stream to, string text, CancellationToken cancellation) =>
        to.WriteAsync(Encoding.ASCII.GetBytes(text), cancellation).AsTask();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _serving;
        _listener.Stop();
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true) serving.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        Connections++;
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                await _answer(stream, await OffsetOfRequestAsync(stream), _stopping.Token);
            }
            catch (Exception cause) when (cause is IOException or OperationCanceledException)
            {
                // The receiver left, or the test ends.
            }
        }
    }

    private async Task<long> OffsetOfRequestAsync(NetworkStream stream)
    {
        var request = new StringBuilder();
        var one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stopping.Token) == 0) throw new IOException("no request");
            request.Append((char)one[0]);
        }
        var range = request.ToString().Split("\r\n")
            .SingleOrDefault(line => line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase));
        return range is null ? 0 : long.Parse(range[13..].TrimEnd('-'), CultureInfo.InvariantCulture);
    }
}
