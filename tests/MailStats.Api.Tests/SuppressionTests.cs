using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using MailStats.TestSupport;

namespace MailStats.Api.Tests;

/// <summary>The suppression list over HTTP, every module running.</summary>
public sealed class SuppressionTests : IAsyncLifetime
{
    private ApiApp _app = null!;
    private HttpClient _admin = null!;

    public async Task InitializeAsync()
    {
        _app = await ApiApp.StartAsync();
        _admin = await _app.ClientAsync("shop", "admin", "read", "ingest");
    }

    public async Task DisposeAsync()
    {
        _admin.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task A_bounce_that_is_reported_is_on_the_list_and_a_removal_takes_it_off()
    {
        var bounce = new
        {
            messageKey = "m1", recipient = "Gone@example.net", @event = "bounced", occurredAt = TimeProvider.System.GetUtcNow(),
            sender = "a@shop.example", reply = "550 5.1.1 <Gone@example.net>: no such user here",
        };
        await SendAsync(HttpMethod.Post, "/v1/events", bounce, HttpStatusCode.Accepted);
        await Eventually.HoldsAsync(async () => (await ItemsAsync("")).Count == 1, "the entry");

        var entry = (await ItemsAsync("?address=GONE@example.net&cause=hardBounce"))[0]!;
        Assert.Equal(("Gone@example.net", "hardBounce", "recipient_unknown"),
            (entry["address"]!.GetValue<string>(), entry["cause"]!.GetValue<string>(), entry["reason"]!.GetValue<string>()));
        Assert.Empty(await ItemsAsync("?cause=complaint"));

        var delivery = await SendAsync(HttpMethod.Get, $"/v1/deliveries/{entry["delivery"]!.GetValue<string>()}", null, HttpStatusCode.OK);
        Assert.Equal(
            ("Gone@example.net", "hardBounce"),
            (delivery!["suppression"]!["address"]!.GetValue<string>(), delivery["suppression"]!["cause"]!.GetValue<string>()));

        await SendAsync(HttpMethod.Delete, "/v1/suppressions/gone@EXAMPLE.net", null, HttpStatusCode.NoContent);
        await SendAsync(HttpMethod.Delete, "/v1/suppressions/gone@example.net", null, HttpStatusCode.NotFound);
        await SendAsync(HttpMethod.Post, "/v1/events", bounce, HttpStatusCode.Accepted);
        await SendAsync(HttpMethod.Post, "/v1/events", bounce with { messageKey = "m2", recipient = "next@example.net" }, HttpStatusCode.Accepted);
        await Eventually.HoldsAsync(async () => (await ItemsAsync("")).Count > 0, "the entry of the event after it");
        Assert.Equal("next@example.net", Assert.Single(await ItemsAsync(""))!["address"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_is_added_by_hand_is_found_by_applications()
    {
        await SendAsync(HttpMethod.Post, "/v1/suppressions", new { address = "ann@bücher.example", reason = "asked us" }, HttpStatusCode.Created);
        await SendAsync(HttpMethod.Post, "/v1/suppressions", new { address = "ANN@xn--bcher-kva.example", reason = "asked us" }, HttpStatusCode.OK);
        await SendAsync(HttpMethod.Post, "/v1/suppressions", new { address = "bob@example.net", domain = "shop.example" }, HttpStatusCode.Created);

        var addresses = new[] { "Ann@Bücher.example", "bob@example.net", "no address", "eve@example.net" };
        var everywhere = await SendAsync(HttpMethod.Post, "/v1/suppressions/check", new { addresses }, HttpStatusCode.OK);
        var here = await SendAsync(HttpMethod.Post, "/v1/suppressions/check", new { addresses, domain = "shop.example" }, HttpStatusCode.OK);

        Assert.Equal(["Ann@Bücher.example"], everywhere!["suppressed"]!.AsArray().Select(item => item!["address"]!.GetValue<string>()));
        Assert.Equal(addresses[..2], here!["suppressed"]!.AsArray().Select(item => item!["address"]!.GetValue<string>()));
        Assert.Equal("manual", here["suppressed"]![0]!["cause"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_check_takes_ten_thousand_addresses_and_not_one_more()
    {
        var addresses = Enumerable.Range(0, 10_000).Select(i => $"u{i}@example.net").ToArray();
        await SendAsync(HttpMethod.Post, "/v1/suppressions", new { address = "u9999@example.net" }, HttpStatusCode.Created);

        var found = await SendAsync(HttpMethod.Post, "/v1/suppressions/check", new { addresses }, HttpStatusCode.OK);
        var refused = await SendAsync(
            HttpMethod.Post, "/v1/suppressions/check", new { addresses = addresses.Append("x@example.net") }, HttpStatusCode.BadRequest);

        Assert.Single(found!["suppressed"]!.AsArray());
        Assert.NotNull(refused!["errors"]!["addresses"]);
    }

    [Fact]
    public async Task A_file_is_taken_but_for_its_wrong_lines_and_taken_again_it_changes_nothing()
    {
        const string file = "\uFEFFAddress,reason,Domain,cause,expiresAt\r\n"
            + "a@example.net,\"said \"\"no\"\", twice\",,,\r\n"
            + "A@Example.net,\"said \"\"no\"\", twice\",,,\r\n"
            + "b@example.net,,shop.example,complaint,2099-01-31\r\n"
            + "\r\n"
            + "no address,,,,\r\n"
            + "c@example.net,,,because,\r\n"
            + "d@example.net,\"open,,,\r\n"
            + "e@example.net,,,\r\n"
            + "f@example.net,,,,someday\r\n"
            + "ann@bücher.example,,,,\n"
            + "g@example.net,,,import,";

        var first = await ImportAsync(file, HttpStatusCode.OK);
        var again = await ImportAsync(file, HttpStatusCode.OK);

        Assert.Equal((4, 1, 5), (first["added"]!.GetValue<int>(), first["repeated"]!.GetValue<int>(), first["rejectedCount"]!.GetValue<int>()));
        Assert.Equal((0, 5), (again["added"]!.GetValue<int>(), again["repeated"]!.GetValue<int>()));
        Assert.Equal(
            [
                "6: address has no domain", "7: cause must be one of", "8: has a quote that is not closed",
                "9: has 4 fields where the header has 5", "10: expiresAt must be",
            ],
            first["rejected"]!.AsArray().Select(line => $"{line!["line"]}: {line["error"]}")
                .Select((text, i) => i is 1 ? text[..23] : i is 4 ? text[..21] : text));
        Assert.Equal(4, (await ItemsAsync("")).Count);
        Assert.Equal("said \"no\", twice", (await ItemsAsync("?address=a@example.net"))[0]!["reason"]!.GetValue<string>());

        // What is exported can be imported.
        var exported = await _admin.GetStringAsync(new Uri("/v1/suppressions.csv", UriKind.Relative));
        using var other = await _app.ClientAsync("other", "admin", "read");
        Assert.Equal(4, (await ImportAsync(exported, HttpStatusCode.OK, other))["added"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("", "is missing")]
    [InlineData("mail\na@example.net", "must have a column named address")]
    [InlineData("address,colour\na@example.net,red", "has a column 'colour'")]
    [InlineData("address,Address\na@example.net,", "has the column address twice")]
    public async Task A_file_without_a_header_that_can_be_used_is_refused(string file, string error)
    {
        var problem = await ImportAsync(file, HttpStatusCode.BadRequest);

        var said = problem["errors"]!["header"]!.ToJsonString(System.Text.Json.JsonSerializerOptions.Web);
        Assert.Contains(error, said.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_name_a_thousand_wrong_lines_and_count_the_rest_and_long_lines_are_read_over()
    {
        var lines = new StringBuilder("address\n").Insert(8, new string('x', 5_000) + "\n");
        lines.Append(string.Concat(Enumerable.Repeat("nothing\n", 1_001))).Append("a@example.net\n");

        var report = await ImportAsync(lines.ToString(), HttpStatusCode.OK);

        Assert.Equal((1, 1_000, 1_002), (report["added"]!.GetValue<int>(), report["rejected"]!.AsArray().Count, report["rejectedCount"]!.GetValue<int>()));
        Assert.Contains("longer than", report["rejected"]![0]!["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_past_the_limit_and_one_that_is_no_csv_are_refused()
    {
        using var json = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        using var refused = await _admin.PostAsync(new Uri("/v1/suppressions/import", UriKind.Relative), json);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);

        using var large = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/suppressions/import", UriKind.Relative))
        {
            Content = new ByteArrayContent(new byte[(64 * 1024 * 1024) + 1]) { Headers = { ContentType = new("text/csv") } },
            Headers = { ExpectContinue = true },
        };
        using var tooLarge = await _admin.SendAsync(large);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.StatusCode);
    }

    [Fact]
    public async Task Settings_hold_for_the_tenant_or_for_one_sending_domain()
    {
        var defaults = await SendAsync(HttpMethod.Get, "/v1/settings/suppression", null, HttpStatusCode.OK);
        Assert.Equal("""{"mode":"observe","hardBounceDays":180,"complaintDays":null,"plusAddresses":"exact"}""", defaults!.ToJsonString());

        await SendAsync(HttpMethod.Put, "/v1/settings/suppression", new { mode = "enforce", hardBounceDays = 90, plusAddresses = "same" }, HttpStatusCode.OK);
        await SendAsync(HttpMethod.Put, "/v1/settings/suppression?domain=News.example", new { mode = "off", hardBounceDays = 90 }, HttpStatusCode.OK);

        Assert.Equal("enforce", await ModeAsync("shop.example"));
        Assert.Equal("off", await ModeAsync("news.example"));
        await SendAsync(HttpMethod.Delete, "/v1/settings/suppression?domain=news.example", null, HttpStatusCode.NoContent);
        await SendAsync(HttpMethod.Delete, "/v1/settings/suppression?domain=news.example", null, HttpStatusCode.NotFound);
        var problem = await SendAsync(
            HttpMethod.Put, "/v1/settings/suppression", new { mode = "enforce", hardBounceDays = 0, complaintDays = 3651 }, HttpStatusCode.BadRequest);
        Assert.Equal(["complaintDays", "hardBounceDays"], problem!["errors"]!.AsObject().Select(error => error.Key).Order());
    }

    [Fact]
    public async Task Only_administrators_change_the_list_and_nobody_sees_another_tenant_s()
    {
        await SendAsync(HttpMethod.Post, "/v1/suppressions", new { address = "ann@example.net" }, HttpStatusCode.Created);
        using var reader = await _app.ClientAsync("shop", "read");
        using var sender = await _app.ClientAsync("shop", "ingest");
        using var other = await _app.ClientAsync("other", "read", "admin");

        await SendAsync(HttpMethod.Post, "/v1/suppressions", new { address = "bob@example.net" }, HttpStatusCode.Forbidden, reader);
        await SendAsync(HttpMethod.Delete, "/v1/suppressions/ann@example.net", null, HttpStatusCode.Forbidden, reader);
        await ImportAsync("address\n", HttpStatusCode.Forbidden, reader);
        await SendAsync(HttpMethod.Get, "/v1/suppressions", null, HttpStatusCode.Forbidden, sender);
        var check = new { addresses = new[] { "ann@example.net" } };
        Assert.Single((await SendAsync(HttpMethod.Post, "/v1/suppressions/check", check, HttpStatusCode.OK, sender))!["suppressed"]!.AsArray());
        Assert.Empty((await SendAsync(HttpMethod.Get, "/v1/suppressions", null, HttpStatusCode.OK, other))!["items"]!.AsArray());
        await SendAsync(HttpMethod.Delete, "/v1/suppressions/ann@example.net", null, HttpStatusCode.NotFound, other);
        Assert.Single(await ItemsAsync(""));
    }

    private async Task<string> ModeAsync(string domain) =>
        (await SendAsync(HttpMethod.Get, $"/v1/settings/suppression?domain={domain}", null, HttpStatusCode.OK))!["mode"]!.GetValue<string>();

    private async Task<JsonArray> ItemsAsync(string query) =>
        (await SendAsync(HttpMethod.Get, "/v1/suppressions" + query, null, HttpStatusCode.OK))!["items"]!.AsArray();

    private async Task<JsonNode> ImportAsync(string file, HttpStatusCode expected, HttpClient? client = null)
    {
        using var content = new StringContent(file, Encoding.UTF8, "text/csv");
        using var response = await (client ?? _admin).PostAsync(new Uri("/v1/suppressions/import", UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{response.StatusCode} {text}");

        return JsonNode.Parse(text)!;
    }

    private async Task<JsonNode?> SendAsync(HttpMethod method, string path, object? body, HttpStatusCode expected, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
        using var response = await (client ?? _admin).SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{method} {path}: {response.StatusCode} {text}");

        return text.Length == 0 ? null : JsonNode.Parse(text);
    }
}
