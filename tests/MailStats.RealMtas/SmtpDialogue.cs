using System.Net.Sockets;
using System.Text;

namespace MailStats.RealMtas;

/// <summary>A mail client that says what it was answered.</summary>
public static class SmtpDialogue
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Sends one message and gives the last reply in one line: that to its end, or the first refusal.</summary>
    public static async Task<string> SendAsync(int port, string sender, IReadOnlyCollection<string> recipients, string? login = null, string subject = "test")
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, patience.Token);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        List<string> commands =
        [
            "EHLO client.shop.example",
            .. login is null ? Array.Empty<string>() : ["AUTH PLAIN " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{login}\0secret"))],
            $"MAIL FROM:<{sender}>",
            .. recipients.Select(recipient => $"RCPT TO:<{recipient}>"),
            "DATA",
            $"From: <{sender}>\r\nSubject: {subject}\r\n\r\ntest\r\n.",
        ];
        var reply = await ReadAsync(reader, patience.Token);

        foreach (var command in commands)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), patience.Token);
            reply = await ReadAsync(reader, patience.Token);

            if (reply[0] is '4' or '5')
            {
                return reply;
            }
        }

        return reply;
    }

    private static string Continued(string text, string? enhanced) =>
        enhanced is not null && text.StartsWith(enhanced, StringComparison.Ordinal) ? text[enhanced.Length..] : text;

    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var lines = new List<string>();

        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            lines.Add(line);

            if (line.Length < 4 || line[3] != '-')
            {
                // Exim breaks long replies: code, enhanced code and text of the first line, then the texts of the others, some of
                // which begin with the enhanced code again.
                var enhanced = lines[0].Length > 4 && lines[0][4..].Split(' ')[0] is { Length: 5 } code && code[1] == '.' ? code + " " : null;

                return string.Join(' ', lines.Select((text, index) => index == 0 ? $"{text[..3]} {text[4..]}" : Continued(text[4..].TrimStart(), enhanced)));
            }
        }

        throw new IOException($"the server hung up after '{string.Join('\n', lines)}'");
    }
}
