using System.Net;
using System.Text.Json.Nodes;

namespace MailStats.Api.Tests;

/// <summary>A misspelt parameter would be a filter that does not filter: every call refuses it, and says what was meant.</summary>
public sealed class UnknownParameterTests
{
    [Fact]
    public async Task Every_call_refuses_a_parameter_that_it_does_not_have()
    {
        await using var app = await ApiApp.StartAsync();
        using var client = await app.ClientAsync("shop", "ingest", "read", "admin", "operator");
        var failures = new List<string>();

        foreach (var operation in (await DocumentedOperation.ReadAsync(app)).Where(operation => operation.Id != "postWebhook"))
        {
            var queried = operation.Queried.ToArray();
            var written = queried.Length == 0 ? "nothing" : queried[0].Insert(1, "x");
            using var response = await client.SendAsync(operation.Request($"{written}=1"), HttpCompletionOption.ResponseHeadersRead);
            var answer = await Answer.ReadAsync(response);
            var told = response.StatusCode == HttpStatusCode.BadRequest ? $"{JsonNode.Parse(answer.Text)!["errors"]?[written]?[0]}" : "";
            var expected = queried.Length == 0 ? "is not a parameter of this call, which has none" : $"is not a parameter of this call; {queried[0]} is";

            if (told != expected || operation.MistakesOf(answer) is { Count: > 0 })
            {
                failures.Add($"{operation.Id} {written}: {answer.Status} {answer.Text}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Theory]
    [InlineData("perid", "period")]
    [InlineData("timezone_", "timeZone")]
    [InlineData("time_zone", "timeZone")]
    [InlineData("doamin", "domain")]
    [InlineData("mailboxes", "mailbox")]
    [InlineData("form", "from")]
    [InlineData("tenant", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public async Task The_nearest_name_is_told_where_one_is_near(string written, string? meant)
    {
        await using var app = await ApiApp.StartAsync();
        using var client = await app.ClientAsync("shop", "read");

        using var response = await client.GetAsync(new Uri($"/v1/overview?{written}=1", UriKind.Relative));

        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(
            meant is null
                ? "is not a parameter of this call, which has period, from, to, timeZone, domain, mailbox"
                : $"is not a parameter of this call; {meant} is",
            $"{problem["errors"]![written]![0]}");
    }

    /// <summary>Names are the caller's: many or long ones make no long answer.</summary>
    [Fact]
    public async Task One_answer_tells_some_of_many()
    {
        await using var app = await ApiApp.StartAsync();
        using var client = await app.ClientAsync("shop", "read");
        var many = string.Join('&', Enumerable.Range(0, 21).Select(number => $"{new string('n', 200)}{number}=1"));

        using var response = await client.GetAsync(new Uri($"/v1/overview?period=today&{many}", UriKind.Relative));

        var errors = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["errors"]!.AsObject();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.All(errors, error => Assert.Equal(100, error.Key.Length));
        Assert.True(errors.Sum(error => error.Value!.AsArray().Count) <= 20);
    }

    [Fact]
    public async Task Names_are_read_in_any_case_and_pages_and_probes_take_what_comes()
    {
        await using var app = await ApiApp.StartAsync();
        using var client = await app.ClientAsync("shop", "read");

        foreach (var path in new[] { "/v1/overview?PERIOD=today", "/health/live?from=balancer", "/version?x=1", "/openapi/v1.json?download" })
        {
            using var response = await client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.True(response.IsSuccessStatusCode, path);
        }
    }

    /// <summary>Who shows no key is told nothing of the call.</summary>
    [Fact]
    public async Task Without_a_key_it_is_401()
    {
        await using var app = await ApiApp.StartAsync();
        using var client = new HttpClient { BaseAddress = app.Address };

        using var response = await client.GetAsync(new Uri("/v1/overview?perid=today", UriKind.Relative));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }
}
