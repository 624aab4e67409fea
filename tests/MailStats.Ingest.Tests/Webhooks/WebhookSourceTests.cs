using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace MailStats.Ingest.Tests.Webhooks;

/// <summary>Sources as they are made and removed, and what bounds a post to one.</summary>
public sealed class WebhookSourceTests
{
    [Theory]
    [InlineData("ses"), InlineData("sendgrid"), InlineData("mailgun"), InlineData("postmark")]
    [InlineData("sparkpost"), InlineData("kumomta"), InlineData("postal"), InlineData("stalwart")]
    public async Task An_unknown_source_and_another_providers_are_not_found(string provider)
    {
        await using var app = await IngestApp.StartAsync();
        var path = await app.AddSourceAsync("kumomta", "a bearer token of ours");

        using var unknown = await app.PostWebhookAsync($"/v1/webhooks/{provider}/wh_x", "[]");
        using var crossed = await app.PostWebhookAsync(path.Replace("kumomta", "mailgun", StringComparison.Ordinal), "[]");

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (unknown.StatusCode, crossed.StatusCode));
    }

    [Fact]
    public async Task A_secret_with_a_blank_at_its_end_is_refused_when_it_is_set()
    {
        await using var app = await IngestApp.StartAsync();
        app.Client.DefaultRequestHeaders.Authorization = new("Bearer", "ms_admin");

        using var answer = await app.Client.PostAsJsonAsync(
            "/v1/admin/webhook-sources", new { provider = "kumomta", name = "main", secret = "a bearer token of ours\n" });
        var problems = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(field => field.Name);

        Assert.Equal((HttpStatusCode.BadRequest, "secret"), (answer.StatusCode, Assert.Single(problems)));
    }

    [Fact]
    public async Task A_source_is_made_listed_without_its_secret_and_removed()
    {
        await using var app = await IngestApp.StartAsync();
        app.Client.DefaultRequestHeaders.Authorization = new("Bearer", "ms_admin");
        var path = await app.AddSourceAsync("kumomta", "a bearer token of ours");

        var list = await app.Client.GetStringAsync(new Uri("/v1/admin/webhook-sources", UriKind.Relative));
        using var wrong = await app.Client.PostAsJsonAsync(
            "/v1/admin/webhook-sources", new { provider = "sendgrid", name = "Not So", secret = "x", sender = "nobody" });
        var problems = (await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(field => field.Name);
        using var removed = await app.Client.DeleteAsync(new Uri($"/v1/admin/webhook-sources/{path.Split('/')[^1]}", UriKind.Relative));
        using var gone = await app.PostWebhookAsync(path, "[]");

        Assert.Contains(path, list, StringComparison.Ordinal);
        Assert.DoesNotContain("bearer token", list, StringComparison.Ordinal);
        Assert.Equal(["name", "secret", "sender"], problems.Order(StringComparer.Ordinal));
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (removed.StatusCode, gone.StatusCode));
    }

    [Theory]
    [InlineData(10_000, HttpStatusCode.OK)]
    [InlineData(10_001, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_post_has_as_many_events_as_a_request_may_have(int events, HttpStatusCode status)
    {
        await using var app = await IngestApp.StartAsync();
        var path = await app.AddSourceAsync("kumomta", "a bearer token of ours");
        var body = $"[{string.Join(',', Enumerable.Repeat("""{"type":"Delivery"}""", events))}]";

        using var answer = await app.PostWebhookAsync(path, body, ("Authorization", "Bearer a bearer token of ours"));
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(status, answer.StatusCode);
        Assert.InRange(text.Length, 1, 20_000);
        Assert.Empty(app.Journal.Kept);
    }

    [Fact]
    public async Task A_post_of_brackets_is_not_held()
    {
        await using var app = await IngestApp.StartAsync();
        var path = await app.AddSourceAsync("kumomta", "a bearer token of ours");

        using var answer = await app.PostWebhookAsync(
            path, $"[{string.Concat(Enumerable.Repeat("[],", 500_000))}0]", ("Authorization", "Bearer a bearer token of ours"));
        using var one = await app.PostWebhookAsync(
            await app.AddSourceAsync("postmark", "postmark:a long password", "news@shop.example"), new string(' ', 1024 * 1024 + 1));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, one.StatusCode);
    }
}
