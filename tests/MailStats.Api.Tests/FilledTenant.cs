using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Text;
using MailStats.Contracts;
using MailStats.Mail.Brake;
using MailStats.Stores.Brake;
using MailStats.Stores.Incidents;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Api.Tests;

/// <summary>A tenant that has one of everything, so that every operation has something to answer.</summary>
internal sealed partial class FilledTenant : IDisposable
{
    private const string WebhookSecret = "hook:a-long-enough-secret";

    private static readonly Dictionary<string, string> _bodies = new(StringComparer.Ordinal)
    {
        ["makeDeliveryLink"] = """{"days":14,"unmasked":true}""",
        ["erasePerson"] = """{"address":"nobody@example.net"}""",
        ["erasePersonOfTenant"] = """{"address":"nobody@example.net"}""",
        ["saveReplyRule"] = """{"reason":"mailbox_full","phrases":["over quota"]}""",
        ["tryReplyRule"] = """{"reason":"mailbox_full","phrases":["over quota"]}""",
        ["makeRuleOfUnknownReply"] = """{"reason":"mailbox_full"}""",
        ["addKey"] = """{"name":"second","scopes":["read"],"expiresAt":"2099-12-31T23:59:59Z"}""",
        ["addKeyForTenant"] = """{"name":"panel","scopes":["statistics"],"domains":["shop.example"]}""",
        ["makeToken"] = """{"expiresInSeconds":300,"domains":["shop.example"]}""",
        ["addTenant"] = """{"id":"third","name":"Third","timeZone":"Europe/Berlin"}""",
        ["changeWebhookSource"] = """{"name":"renamed"}""",
        ["rotateWebhookSecret"] = """{"secret":"hook:another-long-enough-secret","earlierValidHours":24}""",
        ["addWebhookSource"] = """{"provider":"sparkpost","name":"second","secret":"hook:a-long-enough-secret"}""",
        ["changeNotificationTarget"] = """{"kind":"mail","address":"bob@shop.example","name":"Bob","enabled":false}""",
        ["startPolicySelfTest"] = """{"sender":"news@shop.example","recipient":"ann@example.net"}""",
        ["putHostCollection"] = """{"state":"running","lines":5,"deliveries":4}""",
        ["reserveQuota"] = """{"recipients":1,"idempotencyKey":"second"}""",
        ["saveUser"] = """{"name":"Ann Other","role":"administrator"}""",
        ["saveQuota"] = """{"limit":5000,"domain":"shop.example"}""",
        ["saveQuotaOfTenant"] = """{"limit":5000,"domain":"shop.example"}""",
        ["answerMtaHook"] = """{"context":{"stage":"RCPT"},"envelope":{"from":{"address":"news@shop.example"},"to":[{"address":"ann@example.net"}]}}""",
        ["postEvents"] = """
            {"event":"delivered","occurredAt":"2026-01-01T00:00:00Z","messageKey":"m9","sender":"news@shop.example",
            "recipient":"ann@example.net"}
            """.ReplaceLineEndings(""),
        ["saveQuotaSettings"] = """{"anchorDay":15,"timeZone":"Europe/Berlin","thresholds":[80,90,100]}""",
        ["saveQuotaSettingsOfTenant"] = """{"anchorDay":16,"timeZone":"Europe/Berlin","thresholds":[80,90,100]}""",
        ["putCollectionSettings"] = """{"enabled":true,"intervalHours":4,"hosts":[{"host":"mx1","enabled":true,"intervalHours":6,"continuous":false}]}""",
        ["postWebhook"] = "[]",
        ["importSuppressions"] = "address\ncleo@example.net\n",
    };

    private static readonly Dictionary<string, string> _queries = new(StringComparer.Ordinal)
    {
        ["removeQuota"] = "domain=shop.example",
        ["getQuotaLimit"] = "domain=shop.example",
        ["getQuotaLimitOfTenant"] = "domain=shop.example",
        ["releaseQuota"] = "idempotencyKey=first",
        ["getPendingCollection"] = "host=mx1",
        ["exportMailboxes"] = "domain=shop.example",
        ["deleteSuppressionSettings"] = "domain=shop.example",
        ["unmuteIncidents"] = "provider=Gmail",
    };

    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly string _tenant;

    private FilledTenant(string tenant, HttpClient client) => (_tenant, Client) = (tenant, client);

    public HttpClient Client { get; }

    public static async Task<FilledTenant> MakeAsync(ApiApp app, string name = "shop")
    {
        var tenant = new FilledTenant(name, await app.ClientAsync(name, "ingest", "read", "admin", "operator"));
        await tenant.FillAsync();
        await tenant.AddIncidentAsync(app);
        await tenant.AddBrakeAsync(app);

        return tenant;
    }

    /// <summary>What the tenant has under a parameter's name; null where it has nothing of that name.</summary>
    public string? Find(DocumentedOperation operation, string parameter) =>
        _ids.GetValueOrDefault($"{operation.Tag}/{parameter}") ?? _ids.GetValueOrDefault(parameter);

    /// <summary>A call of the operation that succeeds.</summary>
    public HttpRequestMessage Request(DocumentedOperation operation)
    {
        var path = PathParameter().Replace(operation.Path, match => Find(operation, match.Groups[1].Value)!);
        var request = operation.Request(_queries.GetValueOrDefault(operation.Id));
        request.RequestUri = new Uri($"{path}?{_queries.GetValueOrDefault(operation.Id)}".TrimEnd('?'), UriKind.Relative);

        if (_bodies.TryGetValue(operation.Id, out var body))
        {
            request.Content = operation.Body(body);
        }

        if (operation.Id == "postWebhook")
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(WebhookSecret)));
        }

        return request;
    }

    public void Dispose() => Client.Dispose();

    /// <summary>Found by a service of its own, which these tests do not run.</summary>
    private async Task AddIncidentAsync(ApiApp app)
    {
        var now = TimeProvider.System.GetUtcNow();
        var incident = new Incident
        {
            Id = "i1", Kind = IncidentKind.Rate, Domain = "shop.example", Provider = "Gmail", StartedAt = now.AddMinutes(-20), OpenedAt = now.AddMinutes(-5),
            Failed = 30, Rate = 1, UsualRate = 0.01, Summary = "Mail to Gmail fails.", Advice = "Send less.", Contrast = "Others take it.",
            PartOf = "i0", Before = new(300, 3), Since = new(30, 30), Examples = ["0123456789abcdef0123456789abcdef"],
            Replies = [new() { Text = "421 4.7.28 Slow down", SmtpCode = 421, EnhancedCode = "4.7.28", Count = 30 }],
        };
        _ids["Incidents/id"] = incident.Id;
        var store = app.Services.GetRequiredService<IIncidentStore>();
        await store.LeaseAsync(_tenant, "test", now, now, default);
        await store.SaveAsync(
            _tenant, "test", new([new() { TenantId = _tenant, Cause = "Rate", Incident = incident }], [], []), default);
        await store.MuteAsync(new(_tenant, null, null, "Gmail", now.AddDays(1)), default);
    }

    /// <summary>What no mail of these tests is enough for.</summary>
    private async Task AddBrakeAsync(ApiApp app)
    {
        _ids["Brake/id"] = "8f0c2a1b04d5e8f607182937";
        var stopped = new StoredBrake(
            _ids["Brake/id"], _tenant, "ann@shop.example", "ann", TimeProvider.System.GetUtcNow().AddMinutes(-20), BrakeMode.Enforce, BrakeCause.Hour,
            LetThrough: 58, Refused: 1, ReleasedAt: null, IsLive: true);
        await app.Services.GetRequiredService<IBrakeStore>().StopAsync(stopped, tell: false, default);
    }

    private async Task FillAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        await PostAsync("/v1/events", new object[]
        {
            new
            {
                @event = "delivered", occurredAt = now, messageKey = "m1", sender = "news@shop.example",
                recipient = "ann@example.net", subject = "Hello", reply = "250 2.0.0 OK",
            },
            new
            {
                @event = "bounced", occurredAt = now, messageKey = "m2", sender = "news@shop.example",
                recipient = "bob@example.net", reply = "550 5.1.1 User unknown", bytes = 1234, spamScore = 1.5,
            },
            new
            {
                @event = "bounced", occurredAt = now, messageKey = "m3", sender = "news@shop.example",
                recipient = "cleo@example.net", reply = "554 The zebra does not like this",
            },
        });
        await Eventually.HoldsAsync(
            async () => (await Client.GetFromJsonAsync<JsonNode>("/v1/activities"))!["items"]!.AsArray().Count == 3, "three activities");

        _ids["Deliveries/id"] = Id((await Client.GetFromJsonAsync<JsonNode>("/v1/activities"))!["items"]![0]!);
        _ids["domain"] = "shop.example";
        _ids["subject"] = "ann";
        _ids["host"] = "mx1";
        _ids["address"] = "dora@example.net";
        await PostAsync("/v1/suppressions", new { address = "dora@example.net", reason = "asked us" });
        await PutAsync("/v1/settings/suppression?domain=shop.example", new { mode = "observe" });
        _ids["tenant"] = _tenant;
        await PostAsync("/v1/admin/domains", new { domain = "shop.example" });
        _ids["key"] = Id((await PostAsync("/v1/admin/keys", new { name = "first", scopes = new[] { "read" } }))["stored"]!);
        var source = await PostAsync("/v1/admin/webhook-sources", new { provider = "sparkpost", name = "first", secret = WebhookSecret });
        _ids["provider"] = "sparkpost";
        _ids["source"] = Id(source);
        _ids["Administration/id"] = Id(source);
        _ids["Notifications/id"] = Id(await PostAsync("/v1/admin/notifications", new { kind = "mail", address = "ann@shop.example" }));
        _ids["Replies/id"] = Id(await PostAsync("/v1/reply-rules", new { reason = "mailbox_full", phrases = new[] { "no room left" } }));
        _ids["Policy/id"] = Id(await PostAsync("/v1/policy/self-test", new { sender = "news@shop.example", recipient = "ann@example.net" }));
        _ids["Collection/id"] = Id(await PostAsync("/v1/collections", new { }));
        await PutAsync("/v1/settings/collection", new { hosts = new[] { new { host = "mx1", intervalHours = 6, continuous = false } } });
        await PutAsync("/v1/admin/users/ann", new { name = "Ann", role = "viewer" });
        await PutAsync("/v1/admin/quotas", new { limit = 1000 });
        await PutAsync("/v1/admin/quotas", new { limit = 100, domain = "shop.example" });
        await PostAsync("/v1/quota/reservations", new { recipients = 1, idempotencyKey = "first" });
        var unknown = await Client.GetFromJsonAsync<JsonNode>("/v1/unknown-replies");
        _ids["fingerprint"] = unknown!["items"]![0]!["fingerprint"]!.GetValue<string>();
    }

    private static string Id(JsonNode made) => made["id"]!.GetValue<string>();

    private Task<JsonNode> PostAsync(string path, object body) => SendAsync(HttpMethod.Post, path, body);

    private Task<JsonNode> PutAsync(string path, object body) => SendAsync(HttpMethod.Put, path, body);

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");

        return JsonNode.Parse(text)!;
    }

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex PathParameter();
}
