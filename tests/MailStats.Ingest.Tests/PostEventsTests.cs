using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;

namespace MailStats.Ingest.Tests;

public sealed class PostEventsTests
{
    private static readonly string One = """
        {"event":"delivered","occurredAt":"2026-11-20T09:14:03Z","messageKey":"m1","recipient":"ann@example.net",
        "sender":"news@shop.example"}
        """.ReplaceLineEndings("");

    [Fact]
    public async Task Accepted_events_are_in_the_journal_and_on_the_bus()
    {
        await using var app = await IngestApp.StartAsync();

        using var answer = await app.PostAsync(One);
        var body = await answer.Content.ReadAsStringAsync();
        await app.Subscriber.WaitForAsync(1);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal("""{"accepted":1,"rejected":[]}""", body);
        var journaled = Assert.Single(app.Journal.Kept.Values);
        var published = Assert.Single(app.Subscriber.Batches);
        Assert.Equal(journaled.BatchId, published.BatchId);
        Assert.Equal(Assert.Single(journaled.Deliveries), Assert.Single(published.Deliveries));
        Assert.Equal("acme", published.Deliveries[0].TenantId);
    }

    [Fact]
    public async Task A_large_request_is_cut_into_batches()
    {
        await using var app = await IngestApp.StartAsync();

        using var answer = await app.PostAsync(Lines(1_201), "application/x-ndjson");
        await app.Subscriber.WaitForAsync(3);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal([201, 500, 500], app.Subscriber.Batches.Select(batch => batch.Deliveries.Count).Order());
        Assert.Equal(1_201, app.Subscriber.Events.Select(made => made.EventId).Distinct().Count());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_compressed_body_is_read(string encoding)
    {
        await using var app = await IngestApp.StartAsync();

        using var answer = await app.PostAsync(Compress(Lines(100), encoding), "application/x-ndjson", encoding);

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    [Fact]
    public async Task Wrong_items_are_named_and_the_right_ones_taken()
    {
        await using var app = await IngestApp.StartAsync();

        using var answer = await app.PostAsync($$"""[{{One}},{"event":"delivered","recipient":"nobody"},{{One}}]""");
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal((2, 1), (body.GetProperty("accepted").GetInt32(), body.GetProperty("repeated").GetInt32()));
        Assert.All(body.GetProperty("rejected").EnumerateArray(), field => Assert.Equal(1, field.GetProperty("index").GetInt32()));
        Assert.Equal(4, body.GetProperty("rejected").GetArrayLength());
    }

    [Fact]
    public async Task A_request_without_a_usable_event_is_refused_with_every_reason()
    {
        await using var app = await IngestApp.StartAsync();

        using var answer = await app.PostAsync(
            """{"event":"delivered","occurredAt":"2026-11-20T09:14:03Z","messageKey":"m1","recipient":"ann@example.net","sender":5}""");
        var problem = await ProblemOf(answer, HttpStatusCode.BadRequest);

        Assert.Equal("must be a string", problem.GetProperty("errors").GetProperty("[0].sender")[0].GetString());
        Assert.Empty(app.Journal.Kept);
    }

    [Theory]
    [InlineData("[{]", "line 1, byte 3")]
    [InlineData("", "empty")]
    [InlineData("[]", "no event")]
    public async Task A_body_that_is_no_JSON_is_refused_with_the_place(string body, string place)
    {
        await using var app = await IngestApp.StartAsync();

        using var answer = await app.PostAsync(body);
        var problem = await ProblemOf(answer, HttpStatusCode.BadRequest);

        Assert.Contains(place, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_events_are_refused_whole()
    {
        await using var app = await IngestApp.StartAsync();

        using var items = await app.PostAsync(Lines(10_001), "application/x-ndjson");
        using var recipients = await app.PostAsync(JsonSerializer.Serialize(new
        {
            @event = "accepted", occurredAt = "2026-11-20T09:14:03Z", messageKey = "m", sender = "a@shop.example",
            recipients = Enumerable.Range(0, 10_001).Select(number => $"r{number}@example.net"),
        }));
        using var most = await app.PostAsync(Lines(10_000), "application/x-ndjson");

        await ProblemOf(items, HttpStatusCode.RequestEntityTooLarge);
        await ProblemOf(recipients, HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(HttpStatusCode.Accepted, most.StatusCode);
        Assert.Equal(10_000, app.Journal.Kept.Values.Sum(batch => batch.Deliveries.Count));
    }

    [Fact]
    public async Task A_body_that_unpacks_to_too_much_is_refused()
    {
        await using var app = await IngestApp.StartAsync();
        var bomb = Compress(new string(' ', 100_000_000), "gzip");

        using var packed = await app.PostAsync(bomb, "application/json", "gzip");
        using var plain = await app.PostAsync(new string(' ', 17_000_000));

        await ProblemOf(packed, HttpStatusCode.RequestEntityTooLarge);
        await ProblemOf(plain, HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_cut_off_body_is_refused_whole(string encoding)
    {
        await using var app = await IngestApp.StartAsync();
        var whole = Compress(Lines(100), encoding);

        using var half = await app.PostAsync(whole[..(whole.Length / 2)], "application/x-ndjson", encoding);
        using var end = await app.PostAsync(whole[..^1], "application/x-ndjson", encoding);

        await ProblemOf(half, HttpStatusCode.BadRequest);
        await ProblemOf(end, HttpStatusCode.BadRequest);
        Assert.Empty(app.Journal.Kept);
    }

    [Fact]
    public async Task A_false_encoding_is_the_callers_fault()
    {
        await using var app = await IngestApp.StartAsync();

        using var wrong = await app.PostAsync(Encoding.UTF8.GetBytes(One), "application/json", "gzip");
        using var unknown = await app.PostAsync(Encoding.UTF8.GetBytes(One), "application/json", "zstd");
        using var type = await app.PostAsync(One, "image/png");

        await ProblemOf(wrong, HttpStatusCode.BadRequest);
        await ProblemOf(unknown, HttpStatusCode.UnsupportedMediaType);
        await ProblemOf(type, HttpStatusCode.UnsupportedMediaType);
        Assert.Empty(app.Journal.Kept);
    }

    [Fact]
    public async Task A_reader_may_not_report()
    {
        await using var app = await IngestApp.StartAsync();

        using var answer = await app.PostAsync(One, key: "ms_read");

        await ProblemOf(answer, HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("ms_ingest", "acme")]
    [InlineData("ms_all", "shop")]
    public async Task Only_a_key_for_all_tenants_reports_for_the_domains_owner(string key, string tenant)
    {
        await using var app = await IngestApp.StartAsync();

        using var answer = await app.PostAsync(One, key: key);

        Assert.Equal(tenant, app.Journal.Kept.Values.Single().Deliveries.Single().TenantId);
    }

    [Fact]
    public async Task Under_overload_the_client_is_told_to_come_back()
    {
        await using var app = await IngestApp.StartAsync(null, "--Ingest:MaxBatches", "1", "--Ingest:MaxWait", "00:00:00.050");

        using var taken = await app.PostAsync(One);
        using var answer = await app.PostAsync(Lines(2), "application/x-ndjson");

        Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        await ProblemOf(answer, HttpStatusCode.TooManyRequests);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Single(app.Journal.Kept);
    }

    [Fact]
    public async Task Without_a_disk_nothing_is_acknowledged()
    {
        await using var app = await IngestApp.StartAsync(new Stores { Broken = true });

        using var answer = await app.PostAsync(One);

        await ProblemOf(answer, HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task What_is_applied_in_time_is_acknowledged_without_the_journal()
    {
        await using var app = await IngestApp.StartAsync(new Stores { Broken = true }, "--Ingest:JournalAfter", "00:01:00");
        app.Subscriber.Applies = true;

        using var answer = await app.PostAsync(Lines(1_201), "application/x-ndjson");

        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    [Fact]
    public async Task What_was_left_in_the_journal_is_published_at_start()
    {
        var stores = new Stores();
        await using (var before = await IngestApp.StartAsync(stores))
        {
            using var answer = await before.PostAsync(Lines(700), "application/x-ndjson");
        }

        await using var after = await IngestApp.StartAsync(stores);
        await after.Subscriber.WaitForAsync(2);

        Assert.Equal(700, after.Subscriber.Events.Count());
    }

    private static string Lines(int count) => string.Join('\n', Enumerable.Range(0, count).Select(number => JsonSerializer.Serialize(
        new SubmittedEvent
        {
            Event = "delivered",
            OccurredAt = new DateTimeOffset(2026, 11, 20, 9, 14, 3, TimeSpan.Zero),
            MessageKey = $"m{number}",
            Recipient = "ann@example.net",
            Sender = "news@shop.example",
        },
        SubmittedEventJson.Default.SubmittedEvent)));

    private static byte[] Compress(string text, string encoding)
    {
        using var target = new MemoryStream();

        using (Stream packer = encoding switch
        {
            "gzip" => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true),
            _ => new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            packer.Write(Encoding.UTF8.GetBytes(text));
        }

        return target.ToArray();
    }

    private static async Task<JsonElement> ProblemOf(HttpResponseMessage answer, HttpStatusCode status)
    {
        Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));

        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
