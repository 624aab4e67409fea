using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MailStats.Api.Tests;

/// <summary>An answer as far as tests look at it.</summary>
internal sealed record Answer(int Status, string Type, string Text)
{
    public static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode,
        response.Content.Headers.ContentType?.MediaType ?? "",
        response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? "" : await response.Content.ReadAsStringAsync());

    /// <summary>The JSON behind the headers, and out of its chunk, where the text has them too.</summary>
    public string Body => Text.StartsWith("HTTP/", StringComparison.Ordinal) ? Text[Text.IndexOf('{')..(Text.LastIndexOf('}') + 1)] : Text;

    /// <summary>Sends a request byte by byte as it stands, and reads until the server closes the connection.</summary>
    public static async Task<Answer> OfRawAsync(Uri address, string request)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, timeout.Token);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), timeout.Token);
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync(timeout.Token);
        var lines = answer.Split("\r\n");
        var type = lines.FirstOrDefault(line => line.StartsWith("Content-Type: ", StringComparison.OrdinalIgnoreCase)) ?? "";

        return new(int.Parse(lines[0].AsSpan(9, 3), CultureInfo.InvariantCulture), type.Split(": ")[^1], answer);
    }
}
