using System.Net;
using System.Net.Http.Headers;
using System.Text;
using MailStats.Stores.Administration;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Api.Tests;

/// <summary>Brings errors about: knows what makes any operation refuse a call, and the few operations that need more than that.</summary>
internal sealed class ErrorMaker : IDisposable
{
    /// <summary>More than any operation reads.</summary>
    private const string HugeLength = "Content-Length: 10000000000";

    private readonly ApiApp _app;
    private readonly HttpClient _nobody;
    private readonly HttpClient _anybody;
    private readonly HttpClient _withoutTenant;
    private readonly HttpClient _withoutScope;
    private readonly HttpClient _limited;
    private readonly string _webhook;
    private readonly string _signedWebhook;

    private ErrorMaker(
        ApiApp app, HttpClient anybody, HttpClient withoutTenant, HttpClient withoutScope, HttpClient limited, string webhook, string signedWebhook)
    {
        (_app, _anybody, _withoutTenant, _withoutScope, _limited) = (app, anybody, withoutTenant, withoutScope, limited);
        (_webhook, _signedWebhook) = (webhook, signedWebhook);
        _nobody = new HttpClient { BaseAddress = app.Address };
    }

    public static async Task<ErrorMaker> PrepareAsync(ApiApp app)
    {
        var anybody = await app.ClientAsync("shop", "ingest", "read", "admin", "operator");
        var source = await AdministrationTests.SendAsync(
            anybody,
            HttpMethod.Post,
            "/v1/admin/webhook-sources",
            new { provider = "sparkpost", name = "post", secret = "hook:a-long-enough-secret", sender = "news@shop.example" },
            HttpStatusCode.Created);
        var signed = await AdministrationTests.SendAsync(
            anybody,
            HttpMethod.Post,
            "/v1/admin/webhook-sources",
            new { provider = "stalwart", name = "signed", secret = "a-long-enough-secret" },
            HttpStatusCode.Created);

        return new ErrorMaker(
            app,
            anybody,
            await app.ClientAsync("nowhere", hasTenant: false, "admin"),
            await app.ClientAsync("shop"),
            await app.ClientAsync("shop", ["statistics"], ["unlimited.example"]),
            source!["path"]!.GetValue<string>(),
            signed!["path"]!.GetValue<string>());
    }

    /// <summary>A call with nothing wrong, as far as one can be made without knowing what is there.</summary>
    public Task<Answer> AskAsync(DocumentedOperation operation) => SendAsync(_anybody, operation.Id switch
    {
        "postWebhook" => WithWebhook(operation.Request(), operation),
        "postEvents" => WithBody(
            operation.Request(), $$"""
                {"event":"delivered","occurredAt":"{{TimeProvider.System.GetUtcNow():O}}","messageKey":"m",
                "sender":"news@shop.example","recipient":"ann@example.net"}
                """.ReplaceLineEndings("")),
        "saveReplyRule" or "tryReplyRule" => WithBody(operation.Request(), """{"reason":"mailbox_full","phrases":["over quota"]}"""),
        "getDelivery" or "makeDeliveryLink" => OfDelivery(operation),
        "removeSuppression" => OfAddress(operation),
        "deleteSuppressionSettings" => operation.Request("domain=nowhere.example"),
        _ => operation.Request(),
    });

    /// <summary>A call that is refused with this status.</summary>
    public Task<Answer> MakeAsync(DocumentedOperation operation, int status) => (operation.Id, status) switch
    {
        ("postWebhook", 403) => SendAsync(_nobody, WithBody(new HttpRequestMessage(HttpMethod.Post, _signedWebhook), "{}")),
        ("postWebhook", 400 or 408 or 413 or 415) => WebhookAsync(operation, status),
        ("getTenant" or "saveTenant" or "previewLetter", 404) => SendAsync(_withoutTenant, operation.Request()),
        ("putHostCollection", 404) => SendAsync(_anybody, WithBody(operation.Request(), """{"state":"running","scheduled":false}""")),
        ("saveQuotaOfTenant", 404) => SendAsync(_anybody, WithBody(operation.Request(), """{"limit":1}""")),
        ("saveQuotaSettingsOfTenant", 404) => SendAsync(_anybody, WithBody(operation.Request(), "{}")),
        ("makeDeliveryLink", 404) => SendAsync(_anybody, WithBody(operation.Request(), """{"days":7}""")),
        ("removeSuppression" or "deleteSuppressionSettings", 404) => AskAsync(operation),
        ("getQuota", 404) => SendAsync(_limited, new HttpRequestMessage(HttpMethod.Get, $"{operation.Path}?domain=unlimited.example")),
        ("addTenant", 409) => TwiceAsync(operation),
        ("reserveQuota", 409) => ReserveDifferentlyAsync(operation),
        ("addNotificationTarget", 409) => AddTooManyAsync(operation),
        ("vouchForDomain", 409) => VouchForAnothersAsync(),
        ("validateDomain", 409) => ValidateUnprovenAsync(),
        ("erasePerson" or "erasePersonOfTenant", 409) => EraseAtOnceAsync(operation),
        (_, 412) => OvertakenAsync(operation),
        (_, 401) => SendAsync(_nobody, WithWebhook(operation.Request(), operation)),
        (_, 403) => SendAsync(_withoutScope, operation.Request()),
        (_, 404) => SendAsync(_anybody, operation.Request()),
        (_, 408) => RawAsync(operation, _anybody, "Content-Length: 100", "{"),
        (_, 413) => RawAsync(operation, _anybody, HugeLength, ""),
        (_, 415) => SendAsync(_anybody, WithUnknownType(operation.Request())),
        (_, 400) when operation.Bodies.Any() => SendAsync(_anybody, WithBody(operation.Request(), "{", operation.BodyType)),
        (_, 400) when operation.Queried.Any() => SendAsync(_anybody, operation.Request(query: operation.WrongQuery())),
        (_, 400) => SendAsync(_anybody, operation.Request(query: "nothing=1")),
        _ => throw new InvalidOperationException($"{operation.Id} documents {status}; say here how it comes about."),
    };

    /// <summary>An id that a delivery could have: one that cannot be is unknown without a look.</summary>
    private static HttpRequestMessage OfDelivery(DocumentedOperation operation)
    {
        var request = operation.Request();
        request.RequestUri = new Uri(request.RequestUri!.OriginalString.Replace("nothing", new string('a', 32), StringComparison.Ordinal), UriKind.Relative);

        return request;
    }

    /// <summary>An address that could be on the list.</summary>
    private static HttpRequestMessage OfAddress(DocumentedOperation operation)
    {
        var request = operation.Request();
        request.RequestUri = new Uri(request.RequestUri!.OriginalString.Replace("nothing", "nobody@example.net", StringComparison.Ordinal), UriKind.Relative);

        return request;
    }

    /// <summary>Erasures of one tenant at once, until one finds another under way.</summary>
    private async Task<Answer> EraseAtOnceAsync(DocumentedOperation operation)
    {
        for (var round = 0; round < 100; round++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            {
                var request = WithBody(operation.Request(), """{"address":"nobody@example.net"}""");
                request.RequestUri = new Uri(request.RequestUri!.OriginalString.Replace("nothing", "shop", StringComparison.Ordinal), UriKind.Relative);

                return SendAsync(_anybody, request);
            }));

            if (answers.FirstOrDefault(answer => answer.Status == 409) is { } refused)
            {
                return refused;
            }
        }

        throw new InvalidOperationException("No erasure met another.");
    }

    public void Dispose()
    {
        _nobody.Dispose();
        _anybody.Dispose();
        _withoutTenant.Dispose();
        _withoutScope.Dispose();
        _limited.Dispose();
    }

    private static async Task<Answer> SendAsync(HttpClient client, HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

            return await Answer.ReadAsync(response);
        }
    }

    private Task<Answer> RawAsync(DocumentedOperation operation, HttpClient client, string length, string body) =>
        RawAsync(
            $"{operation.Method} {operation.Request().RequestUri} HTTP/1.1", client.DefaultRequestHeaders.Authorization,
            $"Content-Type: {operation.BodyType}\r\n{length}", body);

    private Task<Answer> RawAsync(string line, AuthenticationHeaderValue? authorization, string headers, string body) => Answer.OfRawAsync(
        _app.Address, $"{line}\r\nHost: test\r\nConnection: close\r\nAuthorization: {authorization}\r\n{headers}\r\n\r\n{body}");

    private async Task<Answer> WebhookAsync(DocumentedOperation operation, int status)
    {
        var credentials = new AuthenticationHeaderValue("Basic", Convert.ToBase64String("hook:a-long-enough-secret"u8));

        switch (status)
        {
            case 408:
                return await RawAsync($"POST {_webhook} HTTP/1.1", credentials, "Content-Type: application/json\r\nContent-Length: 100", "{");
            case 413:
                return await RawAsync($"POST {_webhook} HTTP/1.1", credentials, $"Content-Type: application/json\r\n{HugeLength}", "");
            default:
                var request = WithWebhook(operation.Request(), operation);
                request.Headers.Authorization = credentials;

                return await SendAsync(_nobody, status == 415 ? WithUnknownType(WithBody(request, "{}")) : WithBody(request, "{"));
        }
    }

    private async Task<Answer> TwiceAsync(DocumentedOperation operation)
    {
        await SendAsync(_anybody, operation.Request());

        return await SendAsync(_anybody, operation.Request());
    }

    /// <summary>A change of something that stands, by somebody who has read another.</summary>
    private async Task<Answer> OvertakenAsync(DocumentedOperation operation)
    {
        var target = await AdministrationTests.SendAsync(
            _anybody, HttpMethod.Post, "/v1/admin/notifications", new { kind = "mail", address = "ann@shop.example" }, HttpStatusCode.Created);
        var request = WithBody(operation.Request(), operation.Id switch
        {
            "saveTenant" or "saveTenantById" => """{"name":"Shop","timeZone":"UTC"}""",
            "changeNotificationTarget" => """{"address":"bob@shop.example"}""",
            "saveQuota" or "saveQuotaOfTenant" => """{"limit":10}""",
            "saveUser" => """{"name":"Ann","role":"viewer"}""",
            _ => "{}",
        });
        var id = operation.Id == "changeNotificationTarget" ? target!["id"]!.GetValue<string>() : "shop";
        request.RequestUri = new Uri(request.RequestUri!.OriginalString.Replace("nothing", id, StringComparison.Ordinal), UriKind.Relative);
        request.Headers.IfMatch.Add(new EntityTagHeaderValue("\"another\""));

        return await SendAsync(_anybody, request);
    }

    private async Task<Answer> ReserveDifferentlyAsync(DocumentedOperation operation)
    {
        await AdministrationTests.SendAsync(_anybody, HttpMethod.Put, "/v1/admin/quotas", new { limit = 10 }, HttpStatusCode.OK);
        await SendAsync(_anybody, WithBody(operation.Request(), """{"recipients":1,"idempotencyKey":"once"}"""));

        return await SendAsync(_anybody, WithBody(operation.Request(), """{"recipients":2,"idempotencyKey":"once"}"""));
    }

    private async Task<Answer> AddTooManyAsync(DocumentedOperation operation)
    {
        using var client = await _app.ClientAsync("many", "admin");

        for (var number = 0; number < 100; number++)
        {
            await SendAsync(client, operation.Request());
        }

        return await SendAsync(client, operation.Request());
    }

    private async Task<Answer> VouchForAnothersAsync()
    {
        await RegisterAsync("owner", "taken.example", validated: true);

        return await SendAsync(_anybody, new HttpRequestMessage(HttpMethod.Post, "/v1/admin/tenants/shop/domains/taken.example/validation"));
    }

    private async Task<Answer> ValidateUnprovenAsync()
    {
        await RegisterAsync("owner", "claimed.example", validated: true);
        await RegisterAsync("shop", "claimed.example", validated: false);

        // An operator's word counts without a record, but not against another tenant's proof.
        return await SendAsync(_anybody, new HttpRequestMessage(HttpMethod.Post, "/v1/admin/domains/claimed.example/validation"));
    }

    private async Task RegisterAsync(string tenant, string domain, bool validated)
    {
        using var owner = await _app.ClientAsync(tenant, "admin");
        var now = TimeProvider.System.GetUtcNow();
        await _app.Services.GetRequiredService<ITenantStore>().SaveDomainAsync(
            new SendingDomain(tenant, domain, validated ? now : null, now), CancellationToken.None);
    }

    private HttpRequestMessage WithWebhook(HttpRequestMessage request, DocumentedOperation operation)
    {
        if (operation.Id == "postWebhook")
        {
            request.RequestUri = new Uri(_webhook, UriKind.Relative);
        }

        return request;
    }

    private static HttpRequestMessage WithBody(HttpRequestMessage request, string body, string type = "application/json")
    {
        request.Content = new StringContent(body, Encoding.UTF8, type);

        return request;
    }

    private static HttpRequestMessage WithUnknownType(HttpRequestMessage request)
    {
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/xml");
        request.Content.Headers.ContentEncoding.Add("compress");

        return request;
    }
}
