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
        Assert.Equal((false, 24, false), (settings.GetProperty("enabled").GetBoolean(), settings.GetProperty("intervalHours").GetInt32(), settings.GetProperty("continuous").GetBoolean()));

        As(app, "admin");
        using var wrong = await app.Client.PutAsJsonAsync("/v1/settings/collection", new { intervalHours = 25 });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("intervalHours", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
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

    private static void As(QueryApp app, string scope) => app.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"ms_shop-{scope}");

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
