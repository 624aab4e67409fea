using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Query.Links;
using MailStats.Stores.Administration;
using MailStats.Stores.Upkeep;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Query.Tests.Links;

/// <summary>Pages of single deliveries that need no key.</summary>
public sealed class LinkTests
{
    [Fact]
    public async Task A_link_shows_one_delivery_without_a_key_and_without_an_address()
    {
        await using var app = await QueryApp.StartAsync("Europe/Berlin");
        await app.ApplyAsync(
            KeptMail.Event(DeliveryEventKind.Accepted),
            KeptMail.Deferral(1),
            KeptMail.Bounce(9, "550 5.1.1 <Ann.Smith@example.net>: user ann.smith unknown <script>alert(1)</script>"));

        var (url, expires) = await MakeAsync(app, new { days = 14 });
        using var answer = await GetAsync(app, url);
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(new DateTimeOffset(2026, 4, 14, 14, 37, 12, TimeSpan.Zero), expires);
        Assert.Contains("<h1>Not delivered: Gmail refused the message for good on 31 Mar 2026, 14:09:00.</h1>", page, StringComparison.Ordinal);
        Assert.Contains("a•••@example.net", page, StringComparison.Ordinal);
        Assert.Contains("n•••@shop.example", page, StringComparison.Ordinal);
        Assert.DoesNotContain("ann.smith", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("news@", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("<dd><bdi>1@shop.example</bdi></dd>", page, StringComparison.Ordinal);
        Assert.Contains("1st try, put off", page, StringComparison.Ordinal);
        Assert.Contains("2nd try, refused for good", page, StringComparison.Ordinal);
        Assert.Contains("Gmail has no such mailbox.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_may_load_nothing_and_is_kept_nowhere()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(KeptMail.Delivery(1));
        var (url, _) = await MakeAsync(app, new { days = 1 });

        foreach (var path in new[] { url, "/links/nothing" })
        {
            using var answer = await GetAsync(app, path);
            var page = await answer.Content.ReadAsStringAsync();
            var style = page[(page.IndexOf("<style>", StringComparison.Ordinal) + 7)..page.IndexOf("</style>", StringComparison.Ordinal)];
            var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));

            Assert.Equal(
                $"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
                answer.Headers.GetValues("Content-Security-Policy").Single());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.Contains("noindex", answer.Headers.GetValues("X-Robots-Tag").Single(), StringComparison.Ordinal);
            Assert.True(answer.Headers.CacheControl?.NoStore);
        }
    }

    [Fact]
    public async Task A_recipient_in_a_message_id_is_masked_too()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(KeptMail.Event(DeliveryEventKind.Delivered, with: told => told with { MessageId = "7-Ann.Smith=example.net@shop.example" }));
        var (url, _) = await MakeAsync(app, new { days = 1 });

        Assert.DoesNotContain("ann.smith", await PageAsync(app, url), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_link_may_show_addresses_when_that_is_asked_for()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(KeptMail.Bounce(1));

        var (url, _) = await MakeAsync(app, new { days = 1, unmasked = true });

        var page = await PageAsync(app, url);
        Assert.Contains("ann.smith@example.net", page, StringComparison.Ordinal);
        Assert.Contains("&lt;ann.smith@example.net&gt;: no such user", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fr-CA,fr;q=0.9,en;q=0.8", "", "fr")]
    [InlineData("de,fr;q=0.5,en;q=0.4", "", "fr")]
    [InlineData("de", "", "en")]
    [InlineData("en", "?lang=fr", "fr")]
    [InlineData("fr", "?lang=en", "en")]
    [InlineData("fr", "?lang=xx", "fr")]
    public async Task It_speaks_the_readers_language(string accepted, string query, string language)
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(KeptMail.Deferral(1), KeptMail.Deferral(9, "452 4.2.2 Mailbox full "));
        var (url, _) = await MakeAsync(app, new { days = 1 });
        using var request = new HttpRequestMessage(HttpMethod.Get, url + query);
        request.Headers.Add("Accept-Language", accepted);

        using var answer = await app.Client.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();

        Assert.StartsWith($"<!doctype html><html lang=\"{language}\">", page, StringComparison.Ordinal);
        Assert.Contains(
            language == "fr"
                ? "Pas encore remis : Gmail a différé le message 2 fois, la dernière le 31 mars 2026 à 12:09:00."
                : "Not delivered yet: Gmail has put the message off 2 times, last on 31 Mar 2026, 12:09:00.",
            page,
            StringComparison.Ordinal);
        Assert.Contains(language == "fr" ? "La boîte est pleine." : "The mailbox at Gmail is full.", page, StringComparison.Ordinal);
        Assert.Contains(language == "fr" ? "href=\"?lang=en\"" : "href=\"?lang=fr\"", page, StringComparison.Ordinal);
        Assert.Equal([language], answer.Content.Headers.ContentLanguage);
    }

    [Fact]
    public async Task A_link_ends_when_it_expires_is_withdrawn_or_its_delivery_is_erased()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(KeptMail.Delivery(1), KeptMail.Delivery(1, "m2"));
        var (first, expires) = await MakeAsync(app, new { days = 1 });
        var (second, _) = await MakeAsync(app, new { days = 90 }, "m2");

        app.Time.Now = expires.AddSeconds(-1);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, first));
        app.Time.Now = expires;
        Assert.Equal(HttpStatusCode.Gone, await StatusAsync(app, first));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, second));

        await WithdrawAsync(app, "ms_other-admin");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, second));
        await WithdrawAsync(app, "ms_shop-admin");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(app, second));

        var (third, _) = await MakeAsync(app, new { days = 90 }, "m2");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(app, third));
        await app.Services.GetRequiredService<IErasureStore>().EraseAsync("shop", "ann.smith@example.net", default);
        Assert.Equal(HttpStatusCode.Gone, await StatusAsync(app, third));
        Assert.Contains("This link no longer works", await PageAsync(app, third), StringComparison.Ordinal);

        var audit = await app.Services.GetRequiredService<IAuditStore>().ListAsync("shop", null, 10, default);
        Assert.Equal(
            ["makeDeliveryLink", "makeDeliveryLink", "makeDeliveryLink", "withdrawDeliveryLinks"],
            audit.Items.Select(entry => entry.Action).Order(StringComparer.Ordinal));
        // The clock stands still: which of the last two came first is not told.
        Assert.Equal("false", audit.Items.First(entry => entry.Action == "makeDeliveryLink").Details["unmasked"]);
    }

    [Fact]
    public async Task Nobody_makes_or_changes_a_link()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(KeptMail.Delivery(1));
        var (url, _) = await MakeAsync(app, new { days = 1 });
        var start = url.LastIndexOf('/') + 1;

        // 22 bits of the end of base64 may say nothing: a letter in every tenth place before it does.
        for (var at = start; at < url.Length - 4; at += 10)
        {
            var other = url[..at] + (url[at] == 'A' ? 'B' : 'A') + url[(at + 1)..];
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(app, other));
        }

        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(app, "/links/" + new string('A', 5_000)));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(app, "/links/%ff%20"));
        Assert.DoesNotContain("shop", url[start..], StringComparison.Ordinal);
        Assert.DoesNotContain(KeptMail.Id(), url, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"days":0}""")]
    [InlineData("""{"days":91}""")]
    [InlineData("""{"days":1.5}""")]
    public async Task Days_are_1_to_90(string body)
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(KeptMail.Delivery(1));
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await app.Client.PostAsync(new Uri($"/v1/deliveries/{KeptMail.Id()}/links", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("days", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_no_link_to_another_tenants_delivery()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(KeptMail.Delivery(1));
        app.Client.DefaultRequestHeaders.Authorization = new("Bearer", "ms_other");

        using var answer = await app.Client.PostAsJsonAsync(new Uri($"/v1/deliveries/{KeptMail.Id()}/links", UriKind.Relative), new { days = 1 });

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Behind_the_gateway_a_link_leads_through_the_gateway()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(KeptMail.Delivery(1));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/deliveries/{KeptMail.Id()}/links") { Content = JsonContent.Create(new { days = 1 }) };
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "mail.shop.example");

        using var answer = await app.Client.SendAsync(request);

        Assert.StartsWith("https://mail.shop.example/links/", (await ReadAsync(answer)).Url, StringComparison.Ordinal);
    }

    /// <summary>Every text as long as Ingest takes it, of letters that weigh most, in as many attempts as are kept, no two alike.</summary>
    [Theory]
    [InlineData("😀")]
    [InlineData("<\u0001\"")]
    [InlineData("é")]
    public async Task No_page_weighs_30_KB(string letters)
    {
        await using var app = await QueryApp.StartAsync();
        var long_ = string.Concat(Enumerable.Repeat(letters, 4_000))[..4_000];
        await app.ApplyAsync([.. Enumerable.Range(0, 70).Select(number => KeptMail.Event(
            DeliveryEventKind.Deferred, number, reply: $"45{number % 10} {(char)('a' + (number / 10))}{(char)('a' + (number % 10))}rrr{long_}",
            classification: KeptMail.Full with { Advice = long_, Rule = "own/x" },
            with: told => told with
            {
                Subject = long_, MessageId = long_, QueueId = long_, ReportingHost = long_, RemoteHost = long_, OutgoingIp = long_, TlsVersion = long_,
                HeaderFrom = "news@shop.example",
            }) with { Provider = long_ })]);
        var (url, _) = await MakeAsync(app, new { days = 1, unmasked = true });

        foreach (var language in PageTexts.All)
        {
            var page = await PageAsync(app, $"{url}?lang={language.Language}");

            Assert.InRange(Encoding.UTF8.GetByteCount(page), 10_000, DeliveryPage.MostBytes);
            Assert.Contains(language.Try(1), page, StringComparison.Ordinal);
            Assert.Contains(language.Try(70), page, StringComparison.Ordinal);
            Assert.DoesNotContain('\uFFFD', page);
        }
    }

    [Fact]
    public async Task Tries_that_are_alike_are_told_once()
    {
        await using var app = await QueryApp.StartAsync();
        await app.ApplyAsync(
            [.. Enumerable.Range(1, 5).Select(number => KeptMail.Deferral(number, $"452 4.2.2 Mailbox full, id 5b1f17b180{number}b1")), KeptMail.Delivery(60)]);
        var (url, _) = await MakeAsync(app, new { days = 1 });

        var page = await PageAsync(app, url);

        Assert.Contains("Delivered: Gmail took the message on 31 Mar 2026, 13:00:00, at the 6th try.", page, StringComparison.Ordinal);
        Assert.Contains("4 more tries like it, the last on 31 Mar 2026, 12:05:00.", page, StringComparison.Ordinal);
        Assert.Single(page.Split("Mailbox full").Skip(1));
        Assert.Contains("6th try, delivered", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_language_knows_every_reason_and_says_everything()
    {
        var reasons = File.ReadLines(Repository.File("services", "Classifier", "Files", "reasons.rules"))
            .Where(line => line.Length > 0 && char.IsAsciiLetterLower(line[0]))
            .ToList();

        Assert.True(reasons.Count > 35, $"{reasons.Count} reasons");

        foreach (var reason in reasons)
        {
            Assert.True(PageTexts.French.Reasons.TryGetValue(reason, out var french) && french.Advice is { Length: > 10 }, $"{reason} has no French advice");
            Assert.NotEmpty(PageTexts.English.ReasonName(reason));
        }
    }

    private static async Task<(string Url, DateTimeOffset ExpiresAt)> MakeAsync(QueryApp app, object body, string message = "m1")
    {
        using var answer = await app.Client.PostAsJsonAsync(new Uri($"/v1/deliveries/{KeptMail.Id(message)}/links", UriKind.Relative), body);

        return await ReadAsync(answer);
    }

    private static async Task<(string Url, DateTimeOffset ExpiresAt)> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        var made = JsonDocument.Parse(text).RootElement;

        return (made.GetProperty("url").GetString()!, made.GetProperty("expiresAt").GetDateTimeOffset());
    }

    private static async Task WithdrawAsync(QueryApp app, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/admin/links/withdraw");
        request.Headers.Authorization = new("Bearer", key);
        using var answer = await app.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }

    private static async Task<HttpResponseMessage> GetAsync(QueryApp app, string url)
    {
        // The page needs no key, and gets none.
        using var client = new HttpClient { BaseAddress = app.Client.BaseAddress };

        return await client.GetAsync(new Uri(url, UriKind.RelativeOrAbsolute));
    }

    private static async Task<HttpStatusCode> StatusAsync(QueryApp app, string url)
    {
        using var answer = await GetAsync(app, url);

        return answer.StatusCode;
    }

    private static async Task<string> PageAsync(QueryApp app, string url)
    {
        using var answer = await GetAsync(app, url);

        return await answer.Content.ReadAsStringAsync();
    }
}
