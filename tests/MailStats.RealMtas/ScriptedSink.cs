using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MailStats.RealMtas;

/// <summary>
/// An SMTP server on a free port of loopback that answers by the recipient's local part and remembers what it said:
/// <c>gone</c> is refused, <c>full</c> refused for now in two lines, <c>later</c> refused once, <c>spam</c> refused after the data.
/// While <see cref="Refusal"/> is set, every recipient is refused with it.
/// </summary>
public sealed class ScriptedSink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private string? _refusal;

    public ScriptedSink()
    {
        _listener.Start();
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What every recipient is answered, for example "451 4.7.1 later"; null to answer by the local part.</summary>
    public string? Refusal
    {
        get => Volatile.Read(ref _refusal);
        set => Volatile.Write(ref _refusal, value);
    }

    /// <summary>Replies by recipient, in order; several lines are separated by <c>\n</c>.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<string>> Replies { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = Task.Run(() => ServeAsync(client));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            var recipients = new List<string>();
            await SayAsync(stream, "220 sink.example ESMTP");
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                var command = line.Length < 4 ? line.ToUpperInvariant() : line[..4].ToUpperInvariant();
                switch (command)
                {
                    case "RCPT":
                        var recipient = line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
                        var reply = AtRecipient(recipient);
                        if (reply[0] == '2')
                        {
                            recipients.Add(recipient);
                        }
                        else
                        {
                            Note(recipient, reply);
                        }

                        await SayAsync(stream, reply);
                        break;
                    case "DATA" when recipients.Count == 0:
                        await SayAsync(stream, "503 5.5.1 no recipients");
                        break;
                    case "DATA":
                        await SayAsync(stream, "354 go on");
                        while (await reader.ReadLineAsync(_stop.Token) is { } text && text != ".")
                        {
                        }

                        var verdict = recipients.Exists(
                            address => address.StartsWith("spam", StringComparison.Ordinal)) ? "554 5.7.1 looks like spam" : "250 2.0.0 taken";
                        recipients.ForEach(address => Note(address, verdict));
                        recipients.Clear();
                        await SayAsync(stream, verdict);
                        break;
                    case "QUIT":
                        await SayAsync(stream, "221 bye");
                        return;
                    default:
                        await SayAsync(stream, "250 ok");
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The client went away.
        }
    }

    private string AtRecipient(string recipient) =>
        Refusal is { } refusal ? refusal
        : recipient.StartsWith("gone", StringComparison.Ordinal) ? "550 5.1.1 no such user"
        : recipient.StartsWith("full", StringComparison.Ordinal) ? "452-4.2.2 the mailbox is full\n452 4.2.2 try later"
        : recipient.StartsWith("later", StringComparison.Ordinal) && !Replies.ContainsKey(recipient) ? "451 4.7.1 greylisted"
        : "250 2.1.5 ok";

    private void Note(string recipient, string reply) => Replies.GetOrAdd(recipient, _ => []).Enqueue(reply);

    private async Task SayAsync(NetworkStream stream, string reply) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes(reply.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n"), _stop.Token);
}
