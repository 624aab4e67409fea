using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace MailStats.Api.Tests;

/// <summary>Every operation is called where it succeeds, and what it answers is what the OpenAPI document says: status, type, and every field.</summary>
public sealed class AnswerTests
{
    /// <summary>Headers that a client acts by.</summary>
    private static readonly string[] _told = ["ETag", "Location", "Retry-After", "WWW-Authenticate"];

    [Fact]
    public async Task Every_operation_answers_as_documented()
    {
        await using var app = await ApiApp.StartAsync();
        using var tenant = await FilledTenant.MakeAsync(app);
        var failures = new List<string>();

        // What takes away comes last, and what makes a rule of the only unknown reply after what lists it.
        foreach (var operation in (await DocumentedOperation.ReadAsync(app))
            .OrderBy(operation => operation.Method switch { "GET" => 0, "DELETE" => 2, _ => 1 }))
        {
            using var response = await tenant.Client.SendAsync(tenant.Request(operation), HttpCompletionOption.ResponseHeadersRead);
            var answer = await Answer.ReadAsync(response);

            failures.AddRange(Mistakes(operation, answer).Select(mistake => $"{operation.Id}: {mistake}"));
            failures.AddRange(_told.Where(header => operation.Tells(answer.Status, header) != (response.Headers.TryGetValues(header, out _)))
                .Select(header => $"{operation.Id} {answer.Status}: {header} is documented and does not come, or comes and is not"));

            if (operation.Documents(304))
            {
                failures.AddRange(
                    await AskAgainAsync(tenant, operation, response.Headers.ETag) is HttpStatusCode.NotModified ? [] : [$"{operation.Id}: no 304"]);
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static IEnumerable<string> Mistakes(DocumentedOperation operation, Answer answer)
    {
        if (answer.Status is < 200 or > 299 || !operation.Documents(answer.Status))
        {
            return [$"{answer.Status} {answer.Text}"];
        }

        var contents = operation.Content["responses"]![$"{answer.Status}"]!["content"]?.AsObject();

        if (contents is null || contents.Count == 0)
        {
            return answer.Text.Length == 0 ? [] : [$"{answer.Status} is documented without a body, but came with {answer.Text}"];
        }

        if (!contents.TryGetPropertyValue(answer.Type, out var content))
        {
            return [$"{answer.Type} is not documented for {answer.Status}"];
        }

        return answer.Type == "application/json" ? new SchemaCheck(operation.Document).Mistakes(JsonNode.Parse(answer.Text), content!["schema"]!) : [];
    }

    private static async Task<HttpStatusCode> AskAgainAsync(FilledTenant tenant, DocumentedOperation operation, EntityTagHeaderValue? tag)
    {
        using var request = tenant.Request(operation);
        request.Headers.IfNoneMatch.Add(tag!);
        using var response = await tenant.Client.SendAsync(request);

        return response.StatusCode;
    }
}
