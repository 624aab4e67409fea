using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;

namespace MailStats.PipelineBench;

/// <summary>
/// Deliveries as a busy source reports them, when they have just happened, already serialized, so that the generator costs little.
/// </summary>
internal sealed class Load(Uri ingest, Uri query, string key) : IDisposable
{
    public const int EventsPerRequest = 1_000;

    private readonly HttpClient _client = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
    {
        DefaultRequestHeaders = { Authorization = new("Bearer", key) },
        Timeout = TimeSpan.FromMinutes(2),
    };

    private int _bodies;
    private long _acknowledged;

    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <summary>Sends new deliveries as fast as they are taken.</summary>
    public Task FloodAsync(int senders, TimeSpan duration)
    {
        var watch = Stopwatch.StartNew();

        return FloodAsync(senders, () => watch.Elapsed < duration);
    }

    /// <summary>Sends new deliveries as fast as they are taken, until so many more are acknowledged.</summary>
    public Task FloodAsync(int senders, long events)
    {
        var end = Acknowledged + events;

        return FloodAsync(senders, () => Acknowledged < end);
    }

    private async Task FloodAsync(int senders, Func<bool> goesOn)
    {
        await Task.WhenAll(Enumerable.Range(0, senders).Select(_ => Task.Run(async () =>
        {
            while (goesOn())
            {
                await SendAsync(Body(Interlocked.Increment(ref _bodies), EventsPerRequest), EventsPerRequest);
            }
        })));
    }

    /// <summary>Until the numbers show what was sent.</summary>
    public async Task WaitUntilShownAsync(long recipients)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));

        while (await RecipientsAsync() < recipients)
        {
            await ticks.WaitForNextTickAsync();
        }
    }

    public async Task<long> RecipientsAsync()
    {
        var overview = await _client.GetFromJsonAsync<JsonElement>(new Uri(query, "/v1/overview?period=last-24-hours"));

        return overview.GetProperty("recipients").GetProperty("value").GetInt64();
    }

    public async Task SendAsync(byte[] body, int events)
    {
        while (true)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new("application/x-ndjson");
            using var answer = await _client.PostAsync(new Uri(ingest, "/v1/events"), content);

            if (answer.StatusCode == HttpStatusCode.Accepted)
            {
                Interlocked.Add(ref _acknowledged, events);

                return;
            }

            if (answer.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            {
                throw new InvalidOperationException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    public byte[] Body(int number, int events)
    {
        var text = new StringBuilder(events * 400);
        var stamp = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

        for (var place = 0; place < events; place++)
        {
            var id = ((long)number * events) + place;
            var (kind, reply) = (id % 20) switch
            {
                < 16 => ("delivered", "250 2.0.0 OK  1795166043 d9443c01a7336-23fd4dc2b4dsi12345678 - gsmtp"),
                16 => ("deferred", "451 4.7.1 Greylisting in action, please come back later"),
                17 => ("bounced", "552 5.2.2 The email account that you tried to reach is over quota"),
                _ => ("bounced", "550 5.1.1 The email account that you tried to reach does not exist"),
            };
            text.Append(CultureInfo.InvariantCulture, $$"""{"event":"{{kind}}","occurredAt":"{{stamp}}","messageKey":"mx1/{{id:X}}",""")
                .Append(CultureInfo.InvariantCulture, $$""" "recipient":"user{{id}}@{{Receivers[id % Receivers.Length]}}",""")
                .Append(CultureInfo.InvariantCulture, $$""" "sender":"news@shop{{id % 50}}.example","queueId":"{{id:X10}}",""")
                .Append(CultureInfo.InvariantCulture, $$""" "subject":"Your order {{id}} is on its way","host":"mx1.sender.example",""")
                .Append(CultureInfo.InvariantCulture, $$""" "remoteHost":"mx.example.net","reply":"{{reply}}","bytes":{{10_000 + (id % 5_000)}},""")
                .Append(""" "source":"bench"}""").Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public void Dispose() => _client.Dispose();

    private static readonly string[] Receivers = ["gmail.com", "outlook.com", "yahoo.com", "example.net", "icloud.com", "gmx.de", "example.org"];
}
