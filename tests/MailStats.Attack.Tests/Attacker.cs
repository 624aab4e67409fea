using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace MailStats.Attack.Tests;

/// <summary>One who sends what is meant to harm, until told to stop. Everything goes to loopback, from 127.0.0.2.</summary>
internal sealed class Attacker(Uri target, string key)
{
    private const double BytesPerSecond = 1e9 / 8 / 4;

    private static readonly IPAddress Own = IPAddress.Parse("127.0.0.2");

    /// <summary>First lines of the answers to raw sockets, and status codes of the others.</summary>
    public ConcurrentQueue<int> Answers { get; } = [];

    /// <summary>Bytes of the largest answer.</summary>
    public long Largest { get; private set; }

    /// <summary>Announces 16 MB of events, sends some at once and then 600 bytes a second, over and over.</summary>
    public Task TrickleAsync(int atOnce, CancellationToken cancellationToken) => TrickleAsync("/v1/events", 16_000_000, atOnce, cancellationToken);

    /// <summary>The same of another call.</summary>
    public async Task TrickleAsync(string path, int announced, int atOnce, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var socket = await ConnectAsync(cancellationToken);
                await using var stream = new NetworkStream(socket);
                await stream.WriteAsync(
                    Encoding.ASCII.GetBytes(
                        $"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
                        + $"Content-Type: application/json\r\nContent-Length: {announced}\r\n\r\n"),
                    cancellationToken);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(new string(' ', atOnce)), cancellationToken);
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                var answered = ReadStatusAsync(stream, ended.Token);
                using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));

                while (!answered.IsCompleted && await ticks.WaitForNextTickAsync(cancellationToken))
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(new string(' ', 60)), cancellationToken);
                }

                Answers.Enqueue(await answered);
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
            {
                // Closed on the attacker, who comes again, or the test is over.
            }
        }
    }

    /// <summary>Sends a body of events, packed, again and again.</summary>
    public Task RepeatAsync(byte[] gzip, CancellationToken cancellationToken) => RepeatAsync("/v1/events", gzip, "gzip", cancellationToken);

    /// <summary>Sends a body again and again, as fast as a line of a gigabit, of which it has a quarter, would carry it here.</summary>
    public async Task RepeatAsync(string path, byte[] body, string? encoding, CancellationToken cancellationToken)
    {
        using var client = Client();

        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(body.Length / BytesPerSecond), TimeProvider.System, cancellationToken);
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

                if (encoding is not null)
                {
                    content.Headers.ContentEncoding.Add(encoding);
                }

                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(target, path)) { Content = content };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
                using var answer = await client.SendAsync(request, cancellationToken);
                Largest = Math.Max(Largest, (await answer.Content.ReadAsByteArrayAsync(cancellationToken)).Length);
                Answers.Enqueue((int)answer.StatusCode);
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
            {
                // Closed on the attacker, who comes again, or the test is over.
            }
        }
    }

    /// <summary>A fresh key for each request, or for each a link that needs none.</summary>
    public async Task GuessAsync(bool links, CancellationToken cancellationToken)
    {
        using var client = Client();

        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(target, links ? $"/links/{Guid.NewGuid():n}" : "/v1/overview"));
                request.Headers.Authorization = links ? null : new AuthenticationHeaderValue("Bearer", $"ms_{Guid.NewGuid():n}");
                using var answer = await client.SendAsync(request, cancellationToken);
                Answers.Enqueue((int)answer.StatusCode);
            }
            catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
            {
                // Closed on the attacker, who comes again, or the test is over.
            }
        }
    }

    /// <summary>A fresh key for each request, sent as fast as they are taken, and no answer is ever read.</summary>
    public async Task PipelineAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                using var socket = await ConnectAsync(cancellationToken);
                await using var stream = new NetworkStream(socket);

                while (!cancellationToken.IsCancellationRequested)
                {
                    await stream.WriteAsync(
                        Encoding.ASCII.GetBytes($"GET /v1/overview HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ms_{Guid.NewGuid():n}\r\n\r\n"),
                        cancellationToken);
                }
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
            {
                // Closed on the attacker, who comes again, or the test is over.
            }
        }
    }

    public static byte[] Gzip(string body)
    {
        using var packed = new MemoryStream();

        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
        {
            gzip.Write(Encoding.UTF8.GetBytes(body));
        }

        return packed.ToArray();
    }

    private static async Task<int> ReadStatusAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        var line = await reader.ReadLineAsync(cancellationToken);

        return line is { Length: > 12 } ? int.Parse(line.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0;
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        try
        {
            socket.Bind(new IPEndPoint(Own, 0));
            await socket.ConnectAsync(IPAddress.Loopback, target.Port, cancellationToken);

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private HttpClient Client() => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) => new NetworkStream(await ConnectAsync(cancellationToken), ownsSocket: true),
    });
}
