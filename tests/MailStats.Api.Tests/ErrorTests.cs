using System.Net;
using System.Text;
using MailStats.ServiceDefaults;

namespace MailStats.Api.Tests;

/// <summary>
/// Every error that the OpenAPI document names is brought about, operation by operation. The list is the document's own: an
/// error that is added there and cannot be brought about fails here.
/// </summary>
public sealed class ErrorTests
{
    [Fact]
    public async Task Every_documented_refusal_is_given_as_documented()
    {
        await using var app = await ApiApp.StartAsync();
        using var errors = await ErrorMaker.PrepareAsync(app);
        var failures = new List<string>();
        var slow = new List<Task<string?>>();

        foreach (var operation in await DocumentedOperation.ReadAsync(app))
        {
            foreach (var status in operation.Errors.Where(status => status is not (429 or 503)))
            {
                var outcome = CheckAsync(operation, status, errors.MakeAsync(operation, status));

                // A body that does not come takes seconds to be given up: all operations wait for theirs together.
                if (status == 408)
                {
                    slow.Add(outcome);
                }
                else
                {
                    failures.AddRange(await outcome is { } failure ? [failure] : []);
                }
            }
        }

        failures.AddRange((await Task.WhenAll(slow)).OfType<string>());

        Assert.NotEmpty(slow);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task Every_operation_says_when_it_is_asked_too_often()
    {
        await using var app = await ApiApp.StartAsync(host => host.WithEdge(), "--Edge:Burst=1", "--Edge:RequestsPerSecond=1");
        await using var plain = await ApiApp.StartAsync();
        var failures = new List<string>();

        foreach (var operation in await DocumentedOperation.ReadAsync(plain))
        {
            Assert.Contains(429, operation.Errors);
            using var client = await app.ClientAsync("shop");

            // The second one, or a later one where a second passed before it.
            using var refused = await Eventually.IsAsync(
                () => client.SendAsync(operation.Request()), answer => answer.StatusCode == HttpStatusCode.TooManyRequests, $"{operation.Id}: 429");

            failures.AddRange(await CheckAsync(operation, 429, Task.FromResult(await Answer.ReadAsync(refused))) is { } failure ? [failure] : []);
            Assert.True(refused.Headers.RetryAfter?.Delta >= TimeSpan.FromSeconds(1), operation.Id);
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public async Task Every_operation_says_when_a_store_is_down()
    {
        var stores = new StoreSwitch();
        await using var app = await ApiApp.StartAsync(stores.InsertInto);
        using var errors = await ErrorMaker.PrepareAsync(app);
        var operations = await DocumentedOperation.ReadAsync(app);
        var failures = new List<string>();
        var needNoStore = new List<string>();
        stores.StoresAreDown = true;

        foreach (var operation in operations.Where(operation => operation.Errors.Contains(503)))
        {
            stores.KeysAreDown = false;
            var answer = await errors.AskAsync(operation);

            // What is answered from memory alone still wants to know who asks.
            if (answer.Status < 400)
            {
                needNoStore.Add(operation.Id);
                stores.KeysAreDown = true;
                answer = await errors.AskAsync(operation);
            }

            failures.AddRange(await CheckAsync(operation, 503, Task.FromResult(answer)) is { } failure ? [failure] : []);
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.True(needNoStore.Count <= 5, string.Join(", ", needNoStore));
    }

    private static async Task<string?> CheckAsync(DocumentedOperation operation, int status, Task<Answer> making)
    {
        var answer = await making;
        var said = $"{operation.Id}: {status} is documented, but {answer.Status} {answer.Type} came: {answer.Text}";

        if (answer.Status != status || !operation.Answers(status, answer.Type))
        {
            return said;
        }

        if (status == 400
            && !operation.Bodies.Any()
            && operation.Id != "postWebhook"
            && !operation.Queried.Append("nothing").Any(name => answer.Text.Contains($"\"{name}\":[", StringComparison.Ordinal)))
        {
            return $"{operation.Id}: 400 names no parameter: {answer.Text}";
        }

        if (operation.MistakesOf(answer) is { Count: > 0 } mistakes)
        {
            return $"{operation.Id}: {status} is not as documented: {string.Join(", ", mistakes)} in {answer.Text}";
        }

        return answer.Text.Contains("   at ", StringComparison.Ordinal) || answer.Text.Contains("mailstats-api-", StringComparison.Ordinal)
            ? $"{operation.Id}: {status} tells of the inside: {answer.Text}"
            : null;
    }
}
