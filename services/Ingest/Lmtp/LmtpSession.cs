using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace MailStats.Ingest.Lmtp;

/// <summary>
/// One session of LMTP (RFC 2033) with SIZE, 8BITMIME, PIPELINING and ENHANCEDSTATUSCODES. Each recipient gets an answer of its own after
/// the data; what is taken is durable.
/// </summary>
/// <param name="transport">The connection.</param>
/// <param name="findSource">The id of the source that a recipient's address belongs to; null where there is none.</param>
/// <param name="take">Takes one mail for a source and its recipient; gives the reply.</param>
internal sealed class LmtpSession(
    IDuplexPipe transport, Func<string, CancellationToken, Task<string?>> findSource,
    Func<string, string, ReadOnlyMemory<byte>, CancellationToken, Task<string>> take)
{
    /// <summary>Bytes of a command: RFC 5321 §4.5.3.1.4 asks for 512, addresses with parameters need more.</summary>
    public const int MaxLine = 2_048;

    /// <summary>Recipients of one mail: a report has one.</summary>
    public const int MaxRecipients = 10;

    /// <summary>Bytes of one mail, as for posts.</summary>
    public const int MaxBytes = Reports.ReportReader.MaxBytes;

    private readonly List<(string Source, string Recipient)> _recipients = [];
    private bool _hasSender;
    private bool _lineBegins = true;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await SayAsync("220 mailstats LMTP", cancellationToken);

        while (await LineAsync(cancellationToken) is { } line)
        {
            if (await AnswerAsync(line, cancellationToken) is not { } answer)
            {
                break;
            }

            await SayAsync(answer, cancellationToken);
        }

        await SayAsync("221 2.0.0 Bye", cancellationToken);
    }

    /// <summary>Null ends the session.</summary>
    private async Task<string?> AnswerAsync(string line, CancellationToken cancellationToken)
    {
        var verb = line.Split(' ', 2)[0].ToUpperInvariant();

        switch (verb)
        {
            case "LHLO":
                return $"250-mailstats\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE {MaxBytes}";
            case "MAIL" when PathIn(line, "MAIL FROM:") is not null:
                Reset();
                _hasSender = true;

                return SizeIn(line) > MaxBytes ? Refused("552 5.3.4 The mail has too many bytes") : "250 2.1.0 Sender taken";
            case "RCPT" when PathIn(line, "RCPT TO:") is { } recipient:
                return await AddRecipientAsync(recipient, cancellationToken);
            case "DATA" when _recipients.Count == 0:
                return "503 5.5.1 There is no recipient";
            case "DATA":
                await SayAsync("354 End with a dot on a line of its own", cancellationToken);

                return await TakeDataAsync(cancellationToken);
            case "RSET":
                Reset();

                return "250 2.0.0 Begun anew";
            case "NOOP":
                return "250 2.0.0 Here";
            case "QUIT":
                return null;
            case "HELO" or "EHLO":
                return "500 5.5.1 This is LMTP: LHLO";
            default:
                return "500 5.5.2 Not understood";
        }
    }

    private string Refused(string answer)
    {
        Reset();

        return answer;
    }

    private async Task<string> AddRecipientAsync(string recipient, CancellationToken cancellationToken)
    {
        if (!_hasSender)
        {
            return "503 5.5.1 MAIL comes first";
        }

        if (_recipients.Count == MaxRecipients)
        {
            return "452 4.5.3 Too many recipients";
        }

        if (await findSource(recipient, cancellationToken) is not { } source)
        {
            return "550 5.1.1 This address belongs to no webhook source for mail";
        }

        _recipients.Add((source, recipient));

        return "250 2.1.5 Recipient taken";
    }

    private async Task<string> TakeDataAsync(CancellationToken cancellationToken)
    {
        var data = new ArrayBufferWriter<byte>(16 * 1024);
        var tooLarge = false;

        while (true)
        {
            var (bytes, ended) = await DataLineAsync(cancellationToken);

            if (bytes is null)
            {
                // The peer is gone before the end: nothing was taken.
                throw new EndOfStreamException("The mail ended before its end.");
            }

            if (ended)
            {
                break;
            }

            // All of it has to be read, wanted or not.
            tooLarge |= data.WrittenCount + bytes.Length > MaxBytes;

            if (!tooLarge)
            {
                data.Write(bytes);
            }
        }

        var answers = new List<string>();

        foreach (var (source, recipient) in _recipients)
        {
            answers.Add(tooLarge ? "552 5.3.4 The mail has too many bytes" : await take(source, recipient, data.WrittenMemory, cancellationToken));
        }

        Reset();

        return string.Join("\r\n", answers);
    }

    private void Reset()
    {
        _hasSender = false;
        _recipients.Clear();
    }

    /// <summary>A command; null when the peer is gone, or sends what is none.</summary>
    private async Task<string?> LineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await transport.Input.ReadAsync(cancellationToken);
            var end = read.Buffer.PositionOf((byte)'\n');

            if (end is { } at)
            {
                var line = read.Buffer.Slice(0, at);
                var text = line.Length > MaxLine ? null : Encoding.UTF8.GetString(line).TrimEnd('\r');
                transport.Input.AdvanceTo(read.Buffer.GetPosition(1, at));

                return text;
            }

            if (read.Buffer.Length > MaxLine || read.IsCompleted)
            {
                transport.Input.AdvanceTo(read.Buffer.End);

                return null;
            }

            transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>A line of the data with its end, dots taken off (RFC 5321 §4.5.2), or a piece of a long one; no bytes when the peer is gone.</summary>
    private async Task<(byte[]? Bytes, bool Ended)> DataLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await transport.Input.ReadAsync(cancellationToken);
            var end = read.Buffer.PositionOf((byte)'\n');

            // Lines have 1,000 bytes at most by the standard; longer ones come in pieces.
            if (end is not null || read.Buffer.Length >= 64 * 1024)
            {
                var stop = end is { } at ? read.Buffer.GetPosition(1, at) : read.Buffer.GetPosition(64 * 1024);
                var bytes = read.Buffer.Slice(0, stop).ToArray();
                transport.Input.AdvanceTo(stop);
                var atStart = _lineBegins;
                _lineBegins = end is not null;

                if (atStart && bytes is [(byte)'.', ..])
                {
                    if (bytes is [_, (byte)'\n'] or [_, (byte)'\r', (byte)'\n'])
                    {
                        return ([], true);
                    }

                    return (bytes[1..], false);
                }

                return (bytes, false);
            }

            if (read.IsCompleted)
            {
                transport.Input.AdvanceTo(read.Buffer.End);

                return (null, false);
            }

            transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private async Task SayAsync(string answer, CancellationToken cancellationToken) =>
        await transport.Output.WriteAsync(Encoding.ASCII.GetBytes(answer + "\r\n"), cancellationToken);

    private static string? PathIn(string line, string before)
    {
        var start = line.StartsWith(before, StringComparison.OrdinalIgnoreCase) ? line.IndexOf('<', StringComparison.Ordinal) : -1;
        var end = line.IndexOf('>', StringComparison.Ordinal);

        return start >= 0 && end > start ? line[(start + 1)..end] : null;
    }

    private static long SizeIn(string line)
    {
        var at = line.IndexOf(" SIZE=", StringComparison.OrdinalIgnoreCase);

        return at > 0 && long.TryParse(line[(at + 6)..].Split(' ', 2)[0], CultureInfo.InvariantCulture, out var size) ? size : 0;
    }
}
