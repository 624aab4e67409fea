using System.ComponentModel;
using System.Security.Claims;
using System.Security.Cryptography;
using MailStats.Mail.Addresses;
using MailStats.Notifier.Notices;
using MailStats.Notifier.Sending;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Notifications;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Notifier.Targets;

/// <summary>Who is told of the caller's tenant's quotas.</summary>
internal static class AdministerTargets
{
    private const int MostTargets = 100;
    private const int DefaultLog = 50;

    /// <summary>Notices with every attempt.</summary>
    private static readonly ListLimit LogLimit = new(DefaultLog, 500);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var targets = routes.MapGroup("/v1/admin/notifications").WithTags("Notifications").RequireAuthorization(Scopes.Admin);

        targets.MapGet("", ListAsync).WithName("listNotificationTargets").WithSummary("Webhooks and mail addresses that are told of quotas");
        targets.MapPost("", AddAsync).WithName("addNotificationTarget").WithSummary("Add a webhook or a mail address; a webhook's secret is shown once")
            .ProducesProblem(StatusCodes.Status409Conflict);
        targets.MapGet("/{id}", GetAsync).WithName("getNotificationTarget").WithSummary("One webhook or mail address").TellsVersion();
        targets.MapPut("/{id}", ChangeAsync).WithName("changeNotificationTarget").WithSummary("Change address, name, or whether it is told anything")
            .TakesVersion();
        targets.MapDelete("/{id}", RemoveAsync).WithName("removeNotificationTarget").WithSummary("Remove a target and what waits for it");
        targets.MapPost("/{id}/test", TestAsync).WithName("testNotificationTarget").WithSummary("Send a test now and say how it went");
        targets.MapGet("/log", LogAsync).WithName("listNotifications").WithSummary("What was told to whom, with every attempt, latest first");
    }

    private static async Task<Ok<TargetList>> ListAsync(ClaimsPrincipal user, INotificationStore store, CancellationToken cancellationToken)
    {
        var targets = await store.TargetsAsync(user.TenantId(), cancellationToken);

        return TypedResults.Ok(new TargetList([.. targets.Select(target => TargetView.Of(target))]));
    }

    private static async Task<Results<Created<TargetView>, ValidationProblem, ProblemHttpResult>> AddAsync(
        TargetBody body, ClaimsPrincipal user, INotificationStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        if (body.FindProblems(body.Kind) is { Any: true } problems)
        {
            return problems.Refusal();
        }

        if ((await store.TargetsAsync(user.TenantId(), cancellationToken)).Count >= MostTargets)
        {
            return TypedResults.Problem($"There are {MostTargets} targets already.", statusCode: StatusCodes.Status409Conflict);
        }

        var target = new NotificationTarget(
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            user.TenantId(),
            body.Kind,
            body.Address!.Trim(),
            body.Name?.Trim() ?? "",
            body.Kind == NotificationKind.Webhook ? WebhookSignature.NewSecret() : "",
            body.Enabled,
            time.GetUtcNow());
        await store.SaveTargetAsync(target, cancellationToken);

        return TypedResults.Created($"/v1/admin/notifications/{target.Id}", TargetView.Of(target, withSecret: true));
    }

    private static async Task<Results<Ok<TargetView>, NotFound>> GetAsync(
        [Description("Id of the target.")] string id, HttpContext http, INotificationStore store, CancellationToken cancellationToken) =>
        await store.FindTargetAsync(http.User.TenantId(), id, cancellationToken) is { } target
            ? http.OkWithVersion(TargetView.Of(target))
            : TypedResults.NotFound();

    private static async Task<Results<Ok<TargetView>, NotFound, ValidationProblem, ProblemHttpResult>> ChangeAsync(
        [Description("Id of the target.")] string id, TargetBody body, HttpContext http, INotificationStore store, CancellationToken cancellationToken)
    {
        if (await store.FindTargetAsync(http.User.TenantId(), id, cancellationToken) is not { } target)
        {
            return TypedResults.NotFound();
        }

        if (body.FindProblems(target.Kind) is { Any: true } problems)
        {
            return problems.Refusal();
        }

        var changed = target with { Address = body.Address!.Trim(), Name = body.Name?.Trim() ?? "", Enabled = body.Enabled };
        var demanded = http.VersionDemanded<TargetView>();

        return await store.ReplaceTargetAsync(changed, now => now is null || demanded(TargetView.Of(now)), cancellationToken)
            ? http.OkWithVersion(TargetView.Of(changed))
            : SettingsVersions.Overtaken();
    }

    private static async Task<Results<NoContent, NotFound>> RemoveAsync(
        [Description("Id of the target.")] string id, ClaimsPrincipal user, INotificationStore store, CancellationToken cancellationToken) =>
        await store.RemoveTargetAsync(user.TenantId(), id, cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound();

    private static async Task<Results<Ok<AttemptView>, NotFound>> TestAsync(
        [Description("Id of the target.")] string id,
        ClaimsPrincipal user,
        INotificationStore store,
        NotificationDelivery delivery,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (await store.FindTargetAsync(user.TenantId(), id, cancellationToken) is not { } target)
        {
            return TypedResults.NotFound();
        }

        var noticeId = Guid.NewGuid();
        var notice = new Notice(
            noticeId, target.TenantId, NoticeText.TestType,
            $$"""{"type":"Test","noticeId":"{{noticeId}}","tenantId":"{{target.TenantId}}"}""", time.GetUtcNow());
        var attempt = await delivery.TryAsync(target, notice, cancellationToken);

        return TypedResults.Ok(AttemptView.Of(attempt));
    }

    private static async Task<Results<Ok<NotificationLog>, ValidationProblem>> LogAsync(
        ClaimsPrincipal user,
        INotificationStore store,
        CancellationToken cancellationToken,
        [Description("Only what went to this target.")] string? target = null,
        [Description("The `next` of the page before.")] long? cursor = null,
        [Description("Items at most.")] int limit = DefaultLog)
    {
        var problems = new FieldProblems();
        limit = LogLimit.Check(limit, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var records = await store.LogAsync(user.TenantId(), target, cursor, limit, cancellationToken);

        return TypedResults.Ok(new NotificationLog([.. records.Select(NotificationView.Of)], records.Count == limit ? records[^1].Id : null));
    }
}

/// <summary>A webhook or a mail address.</summary>
public sealed record TargetBody
{
    /// <summary><c>webhook</c> or <c>mail</c>. Required when it is added, and stays.</summary>
    public NotificationKind Kind { get; init; }

    /// <summary>The URL (http or https) or the mail address. Required.</summary>
    public string? Address { get; init; }

    /// <summary>As shown, up to 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>False: it is told nothing, and what waits for it is given up.</summary>
    public bool Enabled { get; init; } = true;

    internal FieldProblems FindProblems(NotificationKind kind)
    {
        var problems = new FieldProblems();

        if (kind is not (NotificationKind.Webhook or NotificationKind.Mail))
        {
            problems.Add("kind", "must be one of webhook, mail");
        }

        if (kind == NotificationKind.Webhook && !IsWebhook(Address))
        {
            problems.Add("address", "must be an http or https URL of at most 2000 characters, without user and password");
        }

        if (kind == NotificationKind.Mail && (Address is null || !EmailAddress.CanBeSentTo(Address.Trim())))
        {
            problems.Add("address", "must be an address, for example ann@shop.example");
        }

        if (Name is { Length: > 100 } || Name?.Any(char.IsControl) == true)
        {
            problems.Add("name", "must be at most 100 characters, none of them a control character");
        }

        return problems;
    }

    private static bool IsWebhook(string? address) =>
        address is { Length: <= 2000 }
        && Uri.TryCreate(address.Trim(), UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https"
        && url.UserInfo.Length == 0
        && url.Host.Length > 0;
}

/// <param name="Items">All targets of the tenant.</param>
public sealed record TargetList(IReadOnlyList<TargetView> Items);

/// <param name="Id">Names the target.</param>
/// <param name="Kind"><c>webhook</c> or <c>mail</c>.</param>
/// <param name="Address">URL or mail address.</param>
/// <param name="Name">As shown.</param>
/// <param name="Enabled">False: it is told nothing.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="Secret">Key of the signatures; only in the answer to adding a webhook.</param>
public sealed record TargetView(string Id, NotificationKind Kind, string Address, string Name, bool Enabled, DateTimeOffset CreatedAt, string? Secret)
{
    internal static TargetView Of(NotificationTarget target, bool withSecret = false) => new(
        target.Id, target.Kind, target.Address, target.Name, target.Enabled, target.CreatedAt, withSecret && target.Secret.Length > 0 ? target.Secret : null);
}

/// <param name="Items">Latest first.</param>
/// <param name="Next">The <c>cursor</c> of the next page, null at the end.</param>
public sealed record NotificationLog(IReadOnlyList<NotificationView> Items, long? Next);

/// <summary>What one target was told.</summary>
public sealed record NotificationView(
    Guid NoticeId, string Target, string Type, DateTimeOffset CreatedAt, NotificationState State, DateTimeOffset? NextAttemptAt,
    IReadOnlyList<AttemptView> Attempts)
{
    internal static NotificationView Of(NotificationRecord record) => new(
        record.NoticeId, record.TargetId, record.Type, record.CreatedAt, record.State, record.NextAttemptAt, [.. record.Attempts.Select(AttemptView.Of)]);
}

/// <param name="At">When it began.</param>
/// <param name="Delivered">True when the target took it.</param>
/// <param name="Status">HTTP status or SMTP reply code, null when no answer came.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record AttemptView(DateTimeOffset At, bool Delivered, int? Status, string? Error, long Milliseconds)
{
    internal static AttemptView Of(NotificationAttempt attempt) =>
        new(attempt.At, attempt.Delivered, attempt.Status, attempt.Error, (long)attempt.Duration.TotalMilliseconds);
}
