using System.Net;
using System.Net.Http.Headers;
using MailStats.Mail.Statistics;

namespace MailStats.Query.Tests;

public sealed class EntityTagTests
{
    [Fact]
    public async Task Who_has_the_answer_is_told_so_until_a_number_changes()
    {
        await using var app = await QueryApp.StartAsync();
        app.Statistics.Add("2026-03-31T10:15:00Z", new Counters(1, 1, 0, 0, 0));

        string[] paths =
        [
            "/v1/overview", "/v1/timeline", "/v1/domains", "/v1/domains/shop.example", "/v1/domains/shop.example/mailboxes", "/v1/providers",
        ];

        foreach (var path in paths)
        {
            var (first, tag) = await GetAsync(app, path, null);
            var (second, same) = await GetAsync(app, path, tag);
            var (strong, _) = await GetAsync(app, path, new EntityTagHeaderValue(tag!.Tag, isWeak: false));

            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotModified, HttpStatusCode.NotModified), (first, second, strong));
            Assert.Equal(tag, same);

            app.Statistics.Add("2026-03-31T10:30:00Z", new Counters(1, 1, 0, 0, 0));
            var (third, changed) = await GetAsync(app, path, tag);

            Assert.Equal(HttpStatusCode.OK, third);
            Assert.NotEqual(tag, changed);
        }
    }

    [Fact]
    public async Task A_period_that_moves_on_is_another_answer()
    {
        await using var app = await QueryApp.StartAsync();
        var (_, tag) = await GetAsync(app, "/v1/overview?period=today", null);
        app.Time.Now = app.Time.Now.AddDays(1);

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(app, "/v1/overview?period=today", tag)).Status);
    }

    private static async Task<(HttpStatusCode Status, EntityTagHeaderValue? Tag)> GetAsync(QueryApp app, string path, EntityTagHeaderValue? known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));

        if (known is not null)
        {
            request.Headers.IfNoneMatch.Add(known);
        }

        using var response = await app.Client.SendAsync(request);

        return (response.StatusCode, response.Headers.ETag);
    }
}
