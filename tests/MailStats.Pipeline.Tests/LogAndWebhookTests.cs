using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests;

/// <summary>The same mail, heard by the Collector from the log and by Ingest from the webhook, is the same deliveries.</summary>
public sealed class LogAndWebhookTests
{
    private const string Token = "a long secret of ours";

    [Theory]
    [InlineData("kumomta", 9), InlineData("postal", 6), InlineData("stalwart", 4)]
    public async Task Domain_status_reason_and_attempts_are_the_same(string server, int mails)
    {
        await using var app = await StandaloneApp.StartAsync();
        using var folder = new TemporaryFolder();
        using var rsa = RSA.Create(2048);
        var told = ToldTwice.By(server);
        var (logKey, hookKey) = (await AddTenantAsync(app, "log"), await AddTenantAsync(app, "hook"));
        using var byLog = new MailStatsClient(app.Process.Address, logKey);
        using var byHook = new MailStatsClient(app.Process.Address, hookKey);
        var log = Path.Combine(folder.Path, "mail.log");
        await File.WriteAllLinesAsync(log, told.Log);

        var (exitCode, output) = await CollectorProcess.RunAsync(
            "import", "--format", server, "--url", app.Process.Address.ToString(), "--key", logKey, "--state", Path.Combine(folder.Path, "state"), log);
        Assert.True(exitCode == 0, output);
        await PostAsync(app, byHook, server, told.Posts, rsa);

        var expected = await Eventually.IsAsync(() => DeliveriesAsync(byLog), deliveries => deliveries.Count == mails, "the log's deliveries");
        var actual = await Eventually.IsAsync(() => DeliveriesAsync(byHook), deliveries => deliveries.Count == mails, "the webhook's deliveries");
        Assert.Equal(string.Join('\n', expected), string.Join('\n', actual));
        Assert.Equal(await byLog.TotalsAsync(), await byHook.TotalsAsync());
    }

    private static async Task<string> AddTenantAsync(StandaloneApp app, string tenant)
    {
        using var made = await app.Client.PostAsync("/v1/admin/tenants", new { id = tenant, name = tenant, timeZone = "Etc/UTC" });
        made.EnsureSuccessStatusCode();
        using var key = await app.Client.PostAsync($"/v1/admin/tenants/{tenant}/keys", new { name = "test", scopes = new[] { "ingest", "read", "admin" } });
        key.EnsureSuccessStatusCode();

        return (await key.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }

    private static async Task PostAsync(StandaloneApp app, MailStatsClient client, string server, IReadOnlyList<string> bodies, RSA rsa)
    {
        var secret = server == "postal" ? rsa.ExportSubjectPublicKeyInfoPem() : Token;
        using var source = await client.PostAsync("/v1/admin/webhook-sources", new { provider = server, name = "main", secret });
        source.EnsureSuccessStatusCode();
        var path = $"/v1/webhooks/{server}/{(await source.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()}";
        using var provider = new HttpClient { BaseAddress = app.Process.Address };

        foreach (var body in bodies)
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(bytes) };
            request.Content.Headers.ContentType = new("application/json");
            var (name, value) = server switch
            {
                "kumomta" => ("Authorization", "Bearer " + Token),
                "postal" => ("X-Postal-Signature-256", Convert.ToBase64String(rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))),
                _ => ("X-Signature", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Token), bytes))),
            };
            request.Headers.Add(name, value);
            using var answer = await provider.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()} {body}");
        }
    }

    /// <summary>A line for each delivery: recipient, sender, status, reason, attempts.</summary>
    private static async Task<List<string>> DeliveriesAsync(MailStatsClient client)
    {
        var items = (await client.GetAsync("/v1/deliveries?period=last-7-days&limit=100")).GetProperty("items");
        var names = new[] { "recipient", "sender", "status", "reason", "attempts" };

        return
        [
            .. items.EnumerateArray().Select(item => string.Join(' ', names.Select(name => item.GetProperty(name).ToString())))
                .Order(StringComparer.Ordinal),
        ];
    }
}
