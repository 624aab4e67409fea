namespace MailStats.Api.Tests;

/// <summary>HEAD is GET without the body (RFC 9110 §9.3.2): same status, same headers.</summary>
public sealed class HeadTests
{
    /// <summary>Of the moment, or of the body that is not sent.</summary>
    private static readonly string[] _ofOneAnswer = ["Date", "Content-Length", "Transfer-Encoding", "RateLimit"];

    [Fact]
    public async Task Every_read_can_be_asked_without_its_body()
    {
        await using var app = await ApiApp.StartAsync(host => host.WithEdge());
        using var tenant = await FilledTenant.MakeAsync(app);
        var failures = new List<string>();
        var asked = 0;

        foreach (var operation in (await DocumentedOperation.ReadAsync(app)).Where(operation => operation.Method == "GET"))
        {
            asked++;
            failures.AddRange(await DifferencesAsync(tenant.Client, operation.Id, () => tenant.Request(operation)));
        }

        foreach (var path in new[] { "/version", "/openapi/v1.json", "/health/live", "/health/ready", "/sign-in.json", "/v1/nowhere", "/v1/overview?perid=1" })
        {
            failures.AddRange(await DifferencesAsync(tenant.Client, path, () => new HttpRequestMessage(HttpMethod.Get, path)));
        }

        Assert.True(asked > 50);
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static async Task<IEnumerable<string>> DifferencesAsync(HttpClient client, string name, Func<HttpRequestMessage> make)
    {
        using var read = make();
        using var head = make();
        head.Method = HttpMethod.Head;
        using var whole = await client.SendAsync(read, HttpCompletionOption.ResponseHeadersRead);
        using var bare = await client.SendAsync(head);
        var (expected, found) = (Headers(whole), Headers(bare));
        var body = await bare.Content.ReadAsByteArrayAsync();

        return whole.StatusCode != bare.StatusCode || !expected.SequenceEqual(found) || body.Length > 0
            ? [$"{name}: {(int)whole.StatusCode} {string.Join(" | ", expected)}\n  but {(int)bare.StatusCode} {string.Join(" | ", found)}"]
            : [];
    }

    private static List<string> Headers(HttpResponseMessage answer) =>
    [
        .. answer.Headers.Concat(answer.Content.Headers)
            .Where(header => !_ofOneAnswer.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")
            .Order(StringComparer.OrdinalIgnoreCase),
    ];
}
