using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;

namespace MailStats.Notifier.Tests;

/// <summary>A mail server that keeps what it gets, or refuses every recipient; with a certificate also by TLS, from the start or by STARTTLS.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private volatile bool _stopped;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<string> _messages = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> _credentials = new();
    private readonly bool _refuse;
    private readonly X509Certificate2? _certificate;
    private readonly bool _tlsFromStart;
    private readonly string _mechanisms;
    private readonly Task _accepting;

    public SmtpSink(bool refuse = false, X509Certificate2? certificate = null, bool tlsFromStart = false, string mechanisms = "")
    {
        (_refuse, _certificate, _tlsFromStart, _mechanisms) = (refuse, certificate, tlsFromStart, mechanisms);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What clients signed in with: mechanism and decoded response. Only what came by TLS.</summary>
    public IReadOnlyCollection<string> Credentials => [.. _credentials];

    public async Task<string> NextAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        return await _messages.Reader.ReadAsync(patience.Token);
    }

    public bool IsEmpty => !_messages.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        _stopped = true;
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        // A stopped listener has no socket left to ask, so the loop looks before it accepts and not only after a failure.
        while (!_stopped)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync();
                Stream stream = client.GetStream();
                stream = _tlsFromStart ? await SecureAsync(stream) : stream;
                await ServeAsync(stream, greeted: false);
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException or IOException or InvalidOperationException
                or AuthenticationException)
            {
                if (_stopped)
                {
                    return;
                }
            }
        }
    }

    private async Task<SslStream> SecureAsync(Stream stream)
    {
        var secured = new SslStream(stream);
        await secured.AuthenticateAsServerAsync(_certificate!);

        return secured;
    }

    private async Task ServeAsync(Stream stream, bool greeted)
    {
        var secured = stream is SslStream;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\r\n" };

        if (!greeted)
        {
            await writer.WriteLineAsync("220 sink");
        }

        while (await reader.ReadLineAsync() is { } line)
        {
            switch (line.Split(' ', ':')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await writer.WriteLineAsync("250-sink");
                    await writer.WriteLineAsync(
                        _certificate is not null && !secured ? "250-STARTTLS" : _mechanisms.Length > 0 ? $"250-AUTH {_mechanisms}" : "250-8BITMIME");
                    await writer.WriteLineAsync("250 SIZE 1000000");
                    break;
                case "STARTTLS" when _certificate is not null && !secured:
                    await writer.WriteLineAsync("220 go on");
                    await ServeAsync(await SecureAsync(stream), greeted: true);
                    return;
                case "AUTH" when secured:
                    var words = line.Split(' ');
                    _credentials.Enqueue($"{words[1]} {Encoding.UTF8.GetString(Convert.FromBase64String(words[2])).Replace('\0', '|').Replace('\x01', '|')}");
                    await writer.WriteLineAsync(_credentials.Last().EndsWith("wrong", StringComparison.Ordinal) ? "535 5.7.8 wrong" : "235 2.7.0 welcome");
                    break;
                case "RCPT" when _refuse:
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
