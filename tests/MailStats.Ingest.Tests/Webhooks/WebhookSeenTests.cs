using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MailStats.Ingest.Tests.Webhooks.Samples;
using MailStats.Ingest.Webhooks;
using MailStats.Stores;
using MailStats.Stores.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace MailStats.Ingest.Tests.Webhooks;

public sealed class WebhookSeenTests
{
    private const string Secret = "a bearer token of ours";
    private const string Delivered = """
        {"type":"Delivery","id":"m1","sender":"news@shop.example","recipient":"ann@example.net","timestamp":1795166043,"headers":{"From":"The Shop"}}
        """;

    private static readonly WebhookSource Source = new("wh_a", "acme", "kumomta", "main", Secret, null, DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task What_came_of_a_sources_posts_is_told_by_day_and_cause_without_personal_data()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await app.AddSourceAsync("kumomta", Secret);
        SignedPost[] posts =
        [
            Signed(Delivered), Signed(Delivered), Signed("[]"), Signed("{"), new(Delivered, ("Authorization", "Bearer of somebody else's")),
            Signed("""{"type":"Delivery","id":"m2","sender":"news@shop.example","recipient":"nobody at all","timestamp":1795166043}"""),
        ];

        foreach (var post in posts)
        {
            using var answer = await app.PostAsync(path, post);
        }

        var traffic = await GetAsync(app, $"/v1/admin/webhook-sources/{path.Split('/')[^1]}/traffic");
        var day = traffic.GetProperty("days").EnumerateArray().Single();

        Assert.Equal((1, 1, 1), (day.GetProperty("accepted").GetInt64(), day.GetProperty("repeated").GetInt64(), day.GetProperty("nothing").GetInt64()));
        Assert.Equal("""{"credentials":1,"json":1}""", Sorted(day.GetProperty("refused")));
        Assert.Equal("""{"recipients":1}""", Sorted(day.GetProperty("rejected")));
        Assert.Equal("""{"from":2}""", Sorted(day.GetProperty("leftOut")));
        Assert.NotEqual(JsonValueKind.Null, traffic.GetProperty("lastEventAt").ValueKind);
        Assert.Equal(
            ["rejected", "refused", "refused", "leftOut", "leftOut"],
            traffic.GetProperty("refusals").EnumerateArray().Select(refusal => refusal.GetProperty("what").GetString()));
        Assert.DoesNotContain("ann@", traffic.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("nobody", traffic.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("The Shop", traffic.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_before_the_present_one_is_good_for_as_long_as_was_said_and_no_longer()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await app.AddSourceAsync("kumomta", Secret);
        var admin = $"/v1/admin/webhook-sources/{path.Split('/')[^1]}";

        using var rotated = await SendAsync(app, HttpMethod.Put, admin + "/secret", new { secret = "a newer bearer token", earlierValidHours = 1 });
        using var byEarlier = await app.PostAsync(path, Signed("[]"));
        using var byPresent = await app.PostAsync(path, Signed("[]", "a newer bearer token"));
        using var ended = await SendAsync(app, HttpMethod.Put, admin + "/secret", new { secret = "the newest bearer token", earlierValidHours = 0 });
        using var byEnded = await app.PostAsync(path, Signed("[]", "a newer bearer token"));
        using var byNewest = await app.PostAsync(path, Signed("[]", "the newest bearer token"));
        using var wrong = await SendAsync(app, HttpMethod.Put, admin + "/secret", new { secret = "short", earlierValidHours = 169 });
        var problems = (await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(field => field.Name);

        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (rotated.StatusCode, ended.StatusCode));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (byEarlier.StatusCode, byPresent.StatusCode));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (byEnded.StatusCode, byNewest.StatusCode));
        Assert.Equal(["earlierValidHours", "secret"], problems.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_source_is_renamed_and_its_whole_address_shown()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await app.AddSourceAsync("kumomta", Secret);

        var admin = $"/v1/admin/webhook-sources/{path.Split('/')[^1]}";

        using var renamed = await SendAsync(app, HttpMethod.Patch, admin, new { name = "receipts", sender = "shop@shop.example" });
        using var wrong = await SendAsync(app, HttpMethod.Patch, admin, new { name = "Not So", sender = "nobody" });
        using var unknown = await SendAsync(app, HttpMethod.Patch, "/v1/admin/webhook-sources/wh_x", new { name = "receipts" });
        var view = (await GetAsync(app, "/v1/admin/webhook-sources")).GetProperty("items").EnumerateArray().Single();

        Assert.Equal(
            (HttpStatusCode.NoContent, HttpStatusCode.BadRequest, HttpStatusCode.NotFound),
            (renamed.StatusCode, wrong.StatusCode, unknown.StatusCode));
        Assert.Equal(("receipts", "shop@shop.example"), (view.GetProperty("name").GetString(), view.GetProperty("sender").GetString()));
        Assert.Equal(new Uri(app.Client.BaseAddress!, path).ToString(), view.GetProperty("url").GetString());
    }

    [Fact]
    public async Task Counts_that_could_not_be_written_are_written_later_and_once()
    {
        var store = new Traffic { Broken = true };
        using var seen = new WebhookSeen(store, TimeProvider.System, NullLogger<WebhookSeen>.Instance);
        seen.Refused(Source, "signature", "x");
        await Assert.ThrowsAsync<StorageUnavailableException>(() => seen.FlushAsync(default));
        seen.Refused(Source, "signature", "y");

        store.Broken = false;
        await seen.FlushAsync(default);
        await seen.FlushAsync(default);
        var traffic = await store.FindAsync(Source.Id, default);

        Assert.Equal(2, Assert.Single(traffic.Counts).Count);
        Assert.Equal(["y", "x"], traffic.Refusals.Select(refusal => refusal.Error));
    }

    [Fact]
    public async Task While_the_store_is_away_no_more_counts_and_refusals_wait_than_are_allowed()
    {
        var store = new Traffic();
        using var seen = new WebhookSeen(store, TimeProvider.System, NullLogger<WebhookSeen>.Instance);

        for (var number = 0; number <= WebhookSeen.MaxCounts; number++)
        {
            seen.Refused(Source, $"{number}", $"{number}");
        }

        await seen.FlushAsync(default);
        var traffic = await store.FindAsync(Source.Id, default);

        Assert.Equal(WebhookSeen.MaxCounts, traffic.Counts.Count);
        Assert.Equal(IWebhookTrafficStore.Refusals, traffic.Refusals.Count);
        Assert.Equal($"{WebhookSeen.MaxCounts}", traffic.Refusals[0].Error);
    }

    [Fact]
    public void The_latest_events_are_remembered_and_not_every_one()
    {
        var recent = new RecentEvents();
        var first = Guid.NewGuid();

        Assert.True(recent.Add(first));
        Assert.False(recent.Add(first));

        for (var number = 0; number < RecentEvents.Remembered - 1; number++)
        {
            recent.Add(Guid.NewGuid());
        }

        Assert.False(recent.Add(first));

        for (var number = 0; number < 2 * RecentEvents.Remembered; number++)
        {
            recent.Add(Guid.NewGuid());
        }

        Assert.True(recent.Add(first));
    }

    private static SignedPost Signed(string body, string secret = Secret) => new(body, ("Authorization", "Bearer " + secret));

    private static string Sorted(JsonElement counts) => JsonSerializer.Serialize(counts.EnumerateObject()
        .OrderBy(count => count.Name, StringComparer.Ordinal)
        .ToDictionary(count => count.Name, count => count.Value.GetInt64()));

    private static async Task<JsonElement> GetAsync(IngestApp app, string path)
    {
        using var answer = await SendAsync(app, HttpMethod.Get, path, null);

        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<HttpResponseMessage> SendAsync(IngestApp app, HttpMethod method, string path, object? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", "ms_admin");

        return await app.Client.SendAsync(request);
    }
}
