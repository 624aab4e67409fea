using System.Net;
using System.Text.Json.Nodes;

namespace MailStats.Api.Tests;

/// <summary>What the document says that a parameter may be, it may be.</summary>
public sealed class ParameterTests
{
    [Fact]
    public async Task Every_value_that_the_document_names_for_a_parameter_is_taken()
    {
        await using var app = await ApiApp.StartAsync();
        using var client = await app.ClientAsync("shop", "ingest", "read", "admin", "operator");
        var called = 0;

        foreach (var operation in (await DocumentedOperation.ReadAsync(app)).Where(operation => operation.Id != "getLive"))
        {
            foreach (var (name, place, schema) in operation.Parameters.Where(parameter => parameter.In == "query"))
            {
                foreach (var value in ValuesOf(operation, schema))
                {
                    using var request = operation.Request($"{name}={Uri.EscapeDataString(value)}");
                    using var response = await client.SendAsync(request);
                    called++;

                    // Other parameters may be wanted; of this one nothing may be said.
                    Assert.True(
                        response.StatusCode != HttpStatusCode.BadRequest || !(await ErrorsAsync(response)).Contains(name),
                        $"{operation.Id}: {place} {name}={value}: {await response.Content.ReadAsStringAsync()}");
                }
            }
        }

        Assert.True(called > 30, $"only {called} values");
    }

    private static IEnumerable<string> ValuesOf(DocumentedOperation operation, JsonObject schema)
    {
        var items = DocumentedOperation.Types(schema).Contains("array") ? operation.Resolve(schema["items"]!) : schema;

        return items["enum"] is JsonArray words ? words.Select(word => $"{word}")
            : DocumentedOperation.Types(items).Contains("boolean") ? ["true", "false"]
            : schema["default"] is { } value ? [$"{value}"]
            : [];
    }

    /// <summary>The parameters that a refusal names; one without names is about the one that was sent.</summary>
    private static async Task<IReadOnlyCollection<string>> ErrorsAsync(HttpResponseMessage response)
    {
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync()) as JsonObject;
        var query = System.Web.HttpUtility.ParseQueryString(response.RequestMessage!.RequestUri!.Query);

        return problem?["errors"] is JsonObject errors ? [.. errors.Select(error => error.Key)] : [.. query.AllKeys.OfType<string>()];
    }
}
