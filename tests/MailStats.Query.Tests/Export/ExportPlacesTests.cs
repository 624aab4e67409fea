using System.Net;
using MailStats.Query.Export;

namespace MailStats.Query.Tests.Export;

public sealed class ExportPlacesTests
{
    [Fact]
    public async Task A_tenants_exports_at_once_have_a_bound_that_is_no_other_tenants()
    {
        await using var app = await QueryApp.StartAsync();
        app.Log.Rows = 100_000_000;
        app.Log.Row = CsvTests.Row;
        // Nobody reads them.
        var open = new List<HttpResponseMessage>();

        for (var export = 0; export < ExportPlaces.OfTenant; export++)
        {
            open.Add(await AskAsync(app, "ms_shop"));
        }

        using var refused = await AskAsync(app, "ms_shop");
        using var others = await AskAsync(app, "ms_other");
        Assert.All(open, export => Assert.Equal(HttpStatusCode.OK, export.StatusCode));
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(10)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
        Assert.Equal(HttpStatusCode.OK, others.StatusCode);

        open[0].Dispose();
        await Eventually.HoldsAsync(
            async () =>
            {
                using var again = await AskAsync(app, "ms_shop");

                return again.StatusCode == HttpStatusCode.OK;
            },
            "a place that is free again");
        open.ForEach(export => export.Dispose());
    }

    [Theory]
    [InlineData("/v1/activities.csv")]
    [InlineData("/v1/deliveries.parquet")]
    [InlineData("/v1/suppressions.csv")]
    [InlineData("/v1/suppressions/comparison.csv")]
    public async Task Every_export_takes_a_place(string path)
    {
        await using var app = await QueryApp.StartAsync();
        app.Log.Rows = 100_000_000;
        app.Log.Row = CsvTests.Row;
        var open = new List<HttpResponseMessage>();

        for (var export = 0; export < ExportPlaces.OfTenant; export++)
        {
            open.Add(await AskAsync(app, "ms_shop"));
        }

        using var refused = await AskAsync(app, "ms_shop", path);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        open.ForEach(export => export.Dispose());
    }

    [Fact]
    public void All_exports_together_have_a_bound_and_a_place_is_returned_once()
    {
        var places = new ExportPlaces();
        var taken = Enumerable.Range(0, ExportPlaces.InAll).Select(number => places.Take($"t{number}")).ToList();

        Assert.DoesNotContain(null, taken);
        Assert.Null(places.Take("one more"));
        taken[0]!.Dispose();
        taken[0]!.Dispose();
        Assert.NotNull(places.Take("one more"));
        Assert.Null(places.Take("and another"));
    }

    private static Task<HttpResponseMessage> AskAsync(QueryApp app, string key, string path = "/v1/error-events.csv")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = new("Bearer", key) } };

        return app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
