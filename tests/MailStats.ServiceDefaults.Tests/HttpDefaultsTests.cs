using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.ServiceDefaults.Tests;

public sealed class HttpDefaultsTests
{
    [Fact]
    public async Task Checking_keys_brings_no_data_protection_which_would_write_to_the_home_folder()
    {
        await using var host = await SampleHost.StartAsync();

        Assert.Null(host.Services.GetService<IDataProtectionProvider>());
        Assert.DoesNotContain(
            host.Services.GetServices<IHostedService>(),
            service => service.GetType().Assembly == typeof(DataProtectionServiceCollectionExtensions).Assembly);
    }

    [Fact]
    public async Task A_key_with_the_scope_gets_in_as_its_tenant()
    {
        await using var host = await SampleHost.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Get, "/read", SampleHost.ReadKey);

        Assert.Equal("acme", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized, "Send an API key")]
    [InlineData("ms_wrong", HttpStatusCode.Unauthorized, "unknown, expired or revoked")]
    [InlineData("not a key at all", HttpStatusCode.Unauthorized, "unknown, expired or revoked")]
    [InlineData(SampleHost.IngestKey, HttpStatusCode.Forbidden, "scope read")]
    public async Task Others_are_told_what_is_wanted(string? key, HttpStatusCode status, string detail)
    {
        await using var host = await SampleHost.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Get, "/read", key);
        var problem = await ProblemOf(answer);

        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(status == HttpStatusCode.Unauthorized, answer.Headers.WwwAuthenticate.Count == 1);
    }

    [Theory]
    [InlineData("{\"name\":\"a\",\"size\":\"3\",\"shade\":\"darkBlue\"}", "size", "line 1")]
    [InlineData("{\"name\":\"a\",\n\"size\":3,\n\"shade\":\"green\"}", "shade", "line 3")]
    [InlineData("{\"name\":\"a\",\n\"size\":", "size", "line 2")]
    [InlineData("{\"name\":null,\"size\":3,\"shade\":\"darkBlue\"}", "name", "line 1")]
    public async Task A_body_that_cannot_be_read_names_the_field_and_the_place(string body, string field, string place)
    {
        await using var host = await SampleHost.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Post, "/things", SampleHost.ReadKey, new StringContent(body, Encoding.UTF8, "application/json"));
        var problem = await ProblemOf(answer);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(place, problem.GetProperty("errors").GetProperty(field)[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_of_enums_are_camel_case()
    {
        await using var host = await SampleHost.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Post, "/things", SampleHost.ReadKey,
            JsonContent.Create(new { name = "a", size = 1, shade = "darkBlue" }));

        Assert.Equal("{\"name\":\"a\",\"size\":1,\"shade\":\"darkBlue\"}", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET", "/number?value=x", "value", "is not valid")]
    [InlineData("GET", "/number", "value", "is required")]
    [InlineData("POST", "/things", "body", "is required")]
    public async Task What_cannot_be_bound_is_named_without_our_types(string method, string path, string field, string mistake)
    {
        await using var host = await SampleHost.StartAsync();

        using var answer = await host.SendAsync(new(method), path, SampleHost.ReadKey,
            method == "POST" ? new StringContent("", Encoding.UTF8, "application/json") : null);
        var problem = await ProblemOf(answer);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(mistake, problem.GetProperty("errors").GetProperty(field)[0].GetString());
        Assert.DoesNotContain("int", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_down_is_told_with_the_time_to_come_back()
    {
        await using var host = await SampleHost.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Get, "/down", SampleHost.ReadKey);
        var problem = await ProblemOf(answer);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(2)), (answer.StatusCode, answer.Headers.RetryAfter?.Delta));
        Assert.DoesNotContain("secret-host", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/number?value=x", HttpStatusCode.BadRequest)]
    [InlineData("/nowhere", HttpStatusCode.NotFound)]
    [InlineData("/things", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/broken", HttpStatusCode.InternalServerError)]
    public async Task Every_error_is_a_problem_that_tells_nothing_of_the_inside(string path, HttpStatusCode status)
    {
        await using var host = await SampleHost.StartAsync();

        using var answer = await host.SendAsync(HttpMethod.Get, path, SampleHost.ReadKey);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("secret-host", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probes_need_no_key()
    {
        await using var host = await SampleHost.StartAsync();

        using var live = await host.SendAsync(HttpMethod.Get, "/health/live");
        using var ready = await host.SendAsync(HttpMethod.Get, "/health/ready");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (live.StatusCode, ready.StatusCode));
    }

    [Fact]
    public async Task The_description_names_the_way_in()
    {
        await using var host = await SampleHost.StartAsync();

        var document = await host.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("key").GetProperty("scheme").GetString());
    }

    private static async Task<JsonElement> ProblemOf(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);

        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }
}
