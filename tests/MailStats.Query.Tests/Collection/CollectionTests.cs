using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace MailStats.Query.Tests.Collection;

public sealed class CollectionTests
{
    [Fact]
    public async Task Settings_are_saved_and_wrong_hours_are_named()
    {
        await using var app = await QueryApp.StartAsync();

        As(app, "admin");
        using var saved = await app.Client.PutAsJsonAsync("/v1/settings/collection", new { enabled = false, intervalHours = 24, continuous = false });
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        As(app, "read");
        var settings = await app.GetAsync("/v1/settings/collection");
        Assert.Equal(
            (false, 24, false),
            (
                settings.GetProperty("enabled").GetBoolean(), settings.GetProperty("intervalHours").GetInt32(),
                settings.GetProperty("continuous").GetBoolean()));

        As(app, "admin");
        using var wrong = await app.Client.PutAsJsonAsync("/v1/settings/collection", new { intervalHours = 25 });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("intervalHours", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_with_its_own_setting_is_told_that_one_until_it_is_left_out()
    {
        await using var app = await QueryApp.StartAsync();
        As(app, "admin");
        var own = new { host = "mx1.shop.example", enabled = true, intervalHours = 6, continuous = false };
        using var saved = await app.Client.PutAsJsonAsync(
            "/v1/settings/collection", new { enabled = false, hosts = new object[] { own, new { host = "mx0" } } });
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        As(app, "read");
        var settings = await app.GetAsync("/v1/settings/collection");
        Assert.Equal(["mx0", "mx1.shop.example"], settings.GetProperty("hosts").EnumerateArray().Select(host => host.GetProperty("host").GetString()));

        Assert.Equal((true, 6, false), await ToldAsync(app, "mx1.shop.example"));
        Assert.Equal((true, 1, true), await ToldAsync(app, "mx0"));
        Assert.Equal((false, 1, true), await ToldAsync(app, "mx2"));

        As(app, "admin");
        using var without = await app.Client.PutAsJsonAsync("/v1/settings/collection", new { enabled = false, intervalHours = 2 });
        Assert.Equal(0, (await without.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("hosts").GetArrayLength());
        Assert.Equal((false, 2, true), await ToldAsync(app, "mx1.shop.example"));
    }

    [Fact]
    public async Task A_collector_that_waits_hears_of_its_own_hosts_new_setting()
    {
        await using var app = await QueryApp.StartAsync();
        using var collector = new HttpClient { BaseAddress = app.Client.BaseAddress };
        collector.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "ms_shop-ingest");
        var told = collector.GetFromJsonAsync<JsonElement>("/v1/collections/pending?host=mx1&wait=25");
        await Eventually.HoldsAsync(async () => (await app.GetAsync("/v1/collections")).GetProperty("hosts").GetArrayLength() == 1, "the collector waits");

        As(app, "admin");
        using var saved = await app.Client.PutAsJsonAsync("/v1/settings/collection", new { hosts = new[] { new { host = "mx1", enabled = false } } });

        Assert.False((await told).GetProperty("settings").GetProperty("enabled").GetBoolean());
    }

    [Theory]
    [InlineData("""{"hosts":[{"host":"mx1","intervalHours":0}]}""", "hosts[0].intervalHours")]
    [InlineData("""{"hosts":[{"host":"mx1"},{"host":"mx 2"}]}""", "hosts[1].host")]
    [InlineData("""{"hosts":[{"host":"mx1"},{"host":"mx2"},{"host":"mx1"}]}""", "hosts[2].host")]
    [InlineData("""{"hosts":[{"enabled":false}]}""", "hosts[0].host")]
    [InlineData("""{"hosts":[{"host":null}]}""", "hosts[0].host")]
    [InlineData("""{"hosts":[null]}""", "hosts[0]")]
    [InlineData("""{"hosts":null}""", "hosts")]
    public async Task Settings_of_hosts_that_make_no_sense_are_named_and_none_is_saved(string body, string field)
    {
        await using var app = await QueryApp.StartAsync();
        As(app, "admin");

        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var wrong = await app.Client.PutAsync(new Uri("/v1/settings/collection", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal([field], (await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(error => error.Name));
        As(app, "read");
        Assert.Equal(0, (await app.GetAsync("/v1/settings/collection")).GetProperty("hosts").GetArrayLength());
    }

    [Theory]
    [InlineData(1_000, HttpStatusCode.OK)]
    [InlineData(1_001, HttpStatusCode.BadRequest)]
    public async Task A_thousand_hosts_may_have_their_own_setting(int hosts, HttpStatusCode status)
    {
        await using var app = await QueryApp.StartAsync();
        As(app, "admin");

        using var saved = await app.Client.PutAsJsonAsync(
            "/v1/settings/collection", new { hosts = Enumerable.Range(0, hosts).Select(host => new { host = $"mx{host}" }) });

        Assert.Equal(status, saved.StatusCode);
    }

    [Fact]
    public async Task The_update_button_reaches_a_collector_and_shows_its_outcome()
    {
        await using var app = await QueryApp.StartAsync();
        As(app, "ingest");
        await app.GetAsync("/v1/collections/pending?host=mx1");

        As(app, "read");
        using var asked = await app.Client.PostAsync(new Uri("/v1/collections", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.Accepted, asked.StatusCode);
        As(app, "ingest");
        var id = (await app.GetAsync("/v1/collections/pending?host=mx1&wait=5")).GetProperty("collectionId").GetString();
        Assert.Equal((await asked.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString(), id);

        using var told = await app.Client.PutAsJsonAsync($"/v1/collections/{id}/hosts/mx1", new { state = "done", lines = 12, deliveries = 7 });
        Assert.Equal(HttpStatusCode.NoContent, told.StatusCode);

        As(app, "read");
        var list = await app.GetAsync("/v1/collections");
        var run = list.GetProperty("items")[0];
        Assert.Equal(("done", 12, 7), (run.GetProperty("state").GetString(), run.GetProperty("lines").GetInt32(), run.GetProperty("deliveries").GetInt32()));
        Assert.Equal("mx1", list.GetProperty("hosts")[0].GetProperty("host").GetString());
    }

    private static async Task<(bool Enabled, int IntervalHours, bool Continuous)> ToldAsync(QueryApp app, string host)
    {
        As(app, "ingest");
        var settings = (await app.GetAsync($"/v1/collections/pending?host={host}")).GetProperty("settings");

        return (
            settings.GetProperty("enabled").GetBoolean(), settings.GetProperty("intervalHours").GetInt32(),
            settings.GetProperty("continuous").GetBoolean());
    }

    private static void As(QueryApp app, string scope) =>
        app.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"ms_shop-{scope}");

    [Theory]
    [InlineData("/v1/collections/x/hosts/mx1", "{\"state\":\"done\"}", HttpStatusCode.NotFound)]
    [InlineData("/v1/collections/x/hosts/mx1", "{\"state\":\"waiting\"}", HttpStatusCode.BadRequest)]
    [InlineData("/v1/collections/x/hosts/mx1", "{\"state\":\"sleeping\"}", HttpStatusCode.BadRequest)]
    [InlineData("/v1/collections/x/hosts/mx1", "{\"state\":\"done\",\"lines\":-1}", HttpStatusCode.BadRequest)]
    [InlineData("/v1/collections/x/hosts/no%20host", "{\"state\":\"done\"}", HttpStatusCode.BadRequest)]
    public async Task A_report_that_makes_no_sense_is_refused(string path, string body, HttpStatusCode status)
    {
        await using var app = await QueryApp.StartAsync();

        As(app, "ingest");
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await app.Client.PutAsync(new Uri(path, UriKind.Relative), content);

        Assert.Equal(status, response.StatusCode);
    }
}
