using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace MailStats.Dashboard.Tests;

/// <summary>How the dashboard's files are served.</summary>
[Collection(SharedDashboard.Name)]
public sealed partial class FilesTests(DashboardFixture fixture)
{
    [SkippableTheory]
    [InlineData("/")]
    [InlineData("/domains/shop.example")]
    [InlineData("/bounces/unknown?period=today")]
    public async Task Every_view_is_the_page_which_is_never_kept_stale(string path)
    {
        using var response = await GetAsync(path, "text/html");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoCache);
        Assert.Contains("script-src 'self';", string.Concat(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", string.Concat(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("GET", "*/*")]
    [InlineData("GET", null)]
    [InlineData("HEAD", "*/*")]
    [InlineData("HEAD", null)]
    public async Task A_probe_that_asks_for_no_page_in_particular_is_answered(string method, string? accept)
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        using var client = new HttpClient { BaseAddress = fixture.Standalone.Address };
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(method == "HEAD" ? 0 : 1, Math.Sign((await response.Content.ReadAsByteArrayAsync()).Length));
    }

    [SkippableTheory]
    [InlineData("br")]
    [InlineData("gzip")]
    public async Task Script_comes_compressed_and_is_kept_for_good(string encoding)
    {
        using var page = await GetAsync("/", "text/html");
        var script = Script().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value;

        using var response = await GetAsync(script, "*/*", encoding);

        Assert.Equal([encoding], response.Content.Headers.ContentEncoding);
        Assert.Equal("text/javascript", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(TimeSpan.FromDays(365), response.Headers.CacheControl?.MaxAge);
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
    }

    [SkippableTheory]
    [InlineData("/v1/nothing", "text/html")]
    [InlineData("/assets/gone.js", "*/*")]
    public async Task What_is_no_view_is_not_found(string path, string accept)
    {
        using var response = await GetAsync(path, accept);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string accept, string? encoding = null)
    {
        Skip.If(Browser.Missing is not null, Browser.Missing);
        using var client = new HttpClient { BaseAddress = fixture.Standalone.Address };
        client.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(accept));

        if (encoding is not null)
        {
            client.DefaultRequestHeaders.AcceptEncoding.Add(new(encoding));
        }

        return await client.GetAsync(new Uri(path, UriKind.Relative));
    }

    [GeneratedRegex("<script type=\"module\"[^>]* src=\"([^\"]+)\"")]
    private static partial Regex Script();
}
