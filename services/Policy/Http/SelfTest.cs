using System.ComponentModel;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Claims;
using System.Security.Cryptography;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Search;
using MailStats.Policy.Decisions;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Lists;
using MailStats.Stores.Quotas;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using MimeKit;

namespace MailStats.Policy.Http;

/// <summary>
/// Proves the wiring: a synthetic message to a recipient that only it has shows whether the MTA asked the policy service, at
/// which stages, and whether its log came back.
/// </summary>
internal static class SelfTest
{
    private static readonly TimeSpan SendLimit = TimeSpan.FromSeconds(20);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var tests = routes.MapGroup("/v1/policy/self-test").WithTags("Policy").RequireAuthorization(Scopes.Admin);

        tests.MapPost("", StartAsync).WithName("startPolicySelfTest")
            .WithMetadata(new TellsLocation())
            .WithSummary("Send a synthetic message through an MTA, or learn which to send")
            .WithDescription("Operators may have it sent, through a server that `Policy:SelfTestServers` names, over TLS. Everybody else sends it themselves.")
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .LeavesAnEntry();
        tests.MapGet("/{id}", GetAsync).WithName("getPolicySelfTest").WithSummary("Was the policy asked, and did the log come back?");
    }

    private static async Task<Results<Accepted<SelfTestStarted>, ValidationProblem, ProblemHttpResult>> StartAsync(
        SelfTestBody body,
        HttpContext http,
        IPolicyTestStore store,
        IOptions<PolicyOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var user = http.User;

        // Before anything else is said: what the answer tells of the server is for operators alone.
        if (body.Server is not null && !user.HasScope(Scopes.Operator))
        {
            return TypedResults.Problem(
                "Having a message sent requires the scope operator. Without `server` the answer says which message to send yourself.",
                statusCode: StatusCodes.Status403Forbidden);
        }

        if (body.FindProblems(options.Value.SelfTestServers) is { Count: > 0 } problems)
        {
            return TypedResults.ValidationProblem(problems);
        }

        http.AddAuditDetail("sender", body.Sender!);

        if (body.Server is not null)
        {
            http.AddAuditDetail("server", body.Server);
        }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var recipient = SelfTestAddress.Of(body.Recipient!, id);
        await store.StartAsync(new PolicyTest(id, user.TenantId(), body.Sender!, recipient, time.GetUtcNow(), null, null, null), cancellationToken);
        var reply = body.Server is null ? null : await SendAsync(body, recipient, cancellationToken);

        return TypedResults.Accepted($"/v1/policy/self-test/{id}", new SelfTestStarted(id, body.Sender!, recipient, reply));
    }

    private static async Task<Results<Ok<SelfTestResult>, NotFound>> GetAsync(
        [Description("Id of the test.")] string id, ClaimsPrincipal user, IPolicyTestStore store, IDeliveryLog log, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(user.TenantId(), id, cancellationToken) is not { } test)
        {
            return TypedResults.NotFound();
        }

        var seen = await FindInLogAsync(log, test, cancellationToken);

        return TypedResults.Ok(new SelfTestResult(
            test.Id,
            test.Recipient,
            test.StartedAt,
            test.AdvisedAt,
            test.AskedAt,
            test.QueueId,
            seen?.Status,
            seen?.OccurredAt,
            (test.AskedAt, seen) switch
            {
                (not null, not null) => "The MTA asks the policy service at the end of the message, and its log comes back.",
                (not null, null) => "The MTA asks the policy service at the end of the message; its log has not come back yet.",
                (null, not null) when test.AdvisedAt is not null =>
                    "The MTA asks while recipients are named but not at the end of the message: nothing is reserved. "
                    + "Is smtpd_end_of_data_restrictions set?",
                (null, not null) => "The MTA's log comes back, but it did not ask the policy service.",
                _ when test.AdvisedAt is not null => "The MTA asked while the recipient was named; the end of the message has not been seen yet.",
                _ => "Nothing has been seen of the message yet.",
            }));
    }

    private static async Task<Activity?> FindInLogAsync(IDeliveryLog log, PolicyTest test, CancellationToken cancellationToken)
    {
        // By the queue id where addresses are kept hidden.
        foreach (var search in new[] { SearchFor("to", test.Recipient), SearchFor("queue", test.QueueId) })
        {
            if (search is not null)
            {
                var page = await log.ActivitiesAsync(new ActivityQuery { Scope = new(test.TenantId), Search = search, Limit = 1 }, cancellationToken);

                if (page.Items.Count > 0)
                {
                    return page.Items[0];
                }
            }
        }

        return null;
    }

    private static SearchQuery? SearchFor(string field, string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : SearchQuery.Parse($"{field}:{text}", out _);

    /// <summary>What the MTA said, in words.</summary>
    private static async Task<string> SendAsync(SelfTestBody body, string recipient, CancellationToken cancellationToken)
    {
        var at = body.Server!.LastIndexOf(':');
        var port = int.Parse(body.Server.AsSpan(at + 1), CultureInfo.InvariantCulture);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(SendLimit);
        using var client = new SmtpClient { CheckCertificateRevocation = false };

        try
        {
            using var message = new MimeMessage(
                [new MailboxAddress("", body.Sender!)], [new MailboxAddress("", recipient)], "MailStats self-test",
                new TextPart { Text = "A synthetic message: it shows whether this server asks MailStats before it accepts mail." });
            // Demands STARTTLS: nothing is sent in clear.
            await client.ConnectAsync(body.Server[..at], port, SecureSocketOptions.StartTls, patience.Token);

            if (body.Login is { Length: > 0 })
            {
                await client.AuthenticateAsync(body.Login, body.Password ?? "", patience.Token);
            }

            await client.SendAsync(message, patience.Token);
            await client.DisconnectAsync(quit: true, patience.Token);

            return "accepted";
        }
        catch (SmtpCommandException refused)
        {
            return $"refused: {(int)refused.StatusCode} {refused.Message}";
        }
        catch (Exception failure) when (failure is ProtocolException or AuthenticationException or SslHandshakeException or SocketException or IOException
            or NotSupportedException or ParseException)
        {
            return $"not sent: {failure.Message}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"not sent: no answer within {SendLimit.TotalSeconds} s";
        }
    }
}

/// <summary>Which message to send, and through which server.</summary>
public sealed record SelfTestBody
{
    /// <summary>Envelope sender: an address whose mail is to be charged. Required.</summary>
    public string? Sender { get; init; }

    /// <summary>An address that takes mail with a <c>+tag</c>; the tag is added. Required.</summary>
    public string? Recipient { get; init; }

    /// <summary>
    /// The MTA as <c>host:port</c>, one of those that <c>Policy:SelfTestServers</c> names; absent, somebody else sends the
    /// message. It must offer STARTTLS with a certificate for its name: nothing is sent in clear.
    /// </summary>
    public string? Server { get; init; }

    /// <summary>Login at the MTA. Not kept.</summary>
    public string? Login { get; init; }

    /// <summary>Password at the MTA. Not kept.</summary>
    public string? Password { get; init; }

    internal static bool IsServer(string server)
    {
        var at = server.LastIndexOf(':');

        return at > 0 && !server.Any(char.IsControl) && ushort.TryParse(server.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port > 0;
    }

    internal Dictionary<string, string[]> FindProblems(IList<string> servers)
    {
        var problems = new Dictionary<string, string[]>();

        foreach (var (name, value) in ((string, string?)[])[("sender", Sender), ("recipient", Recipient)])
        {
            if (value is null || !EmailAddress.CanBeSentTo(value))
            {
                problems[name] = ["must be an address, for example ann@shop.example"];
            }
        }

        if (Server is not null && !IsServer(Server))
        {
            problems["server"] = ["must be host:port"];
        }
        else if (Server is not null && !servers.Contains(Server, StringComparer.OrdinalIgnoreCase))
        {
            problems["server"] = ["must be one of the setting Policy:SelfTestServers"];
        }

        return problems;
    }
}

/// <param name="Id">Names the test.</param>
/// <param name="Sender">Envelope sender of the message.</param>
/// <param name="Recipient">Its recipient; send to this one where no server was given.</param>
/// <param name="Sent">What the server said; null where none was given.</param>
public sealed record SelfTestStarted(string Id, string Sender, string Recipient, string? Sent);

/// <param name="Id">Names the test.</param>
/// <param name="Recipient">The message's only recipient.</param>
/// <param name="StartedAt">When it was started.</param>
/// <param name="AskedAtRecipient">When an MTA asked while the recipient was named.</param>
/// <param name="AskedAtEnd">When an MTA asked at the end of the message.</param>
/// <param name="QueueId">The MTA's queue id.</param>
/// <param name="LogStatus">What the MTA's log says became of it; null while it has not come back.</param>
/// <param name="LogAt">When, by the log.</param>
/// <param name="Summary">All of it in a sentence.</param>
public sealed record SelfTestResult(
    string Id,
    string Recipient,
    DateTimeOffset StartedAt,
    DateTimeOffset? AskedAtRecipient,
    DateTimeOffset? AskedAtEnd,
    string? QueueId,
    DeliveryStatus? LogStatus,
    DateTimeOffset? LogAt,
    string Summary);
