using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace MailStats.Notifier.Tests;

/// <summary>A mail server that keeps what it gets, or refuses every recipient.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private volatile bool _stopped;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<string> _messages = Channel.CreateUnbounded<string>();
    private readonly Task _accepting;

    public SmtpSink(bool refuse = false)
    {
        _listener.Start();
        _accepting = AcceptAsync(refuse);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public async Task<string> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        return await _messages.Reader.ReadAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        _stopped = true;
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync(bool refuse)
    {
        // A stopped listener has no socket left to ask, so the loop looks before it accepts and not only after a failure.
        while (!_stopped)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await ServeAsync(client.GetStream(), refuse);
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException or IOException or InvalidOperationException)
            {
                if (_stopped)
                {
                    return;
                }
            }
        }
    }

    private async Task ServeAsync(NetworkStream stream, bool refuse)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\r\n" };
        await writer.WriteLineAsync("220 sink");

        while (await reader.ReadLineAsync() is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "RCPT" when refuse:
                    await writer.WriteLineAsync("550 5.1.1 no such user");
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    var message = new StringBuilder();

                    while (await reader.ReadLineAsync() is { } text && text != ".")
                    {
                        message.Append(text).Append('\n');
                    }

                    _messages.Writer.TryWrite(message.ToString());
                    await writer.WriteLineAsync("250 2.0.0 taken");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 ok");
                    break;
            }
        }
    }
}
