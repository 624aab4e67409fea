using System.Security.Claims;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Replies;
using MailStats.Query.Lists;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Lists;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Bounces;

/// <summary>A page of outbound error events, latest first.</summary>
public sealed record ErrorEventPage
{
    public required IReadOnlyList<ErrorEventItem> Items { get; init; }

    /// <summary>Cursor of the next page; null at the end.</summary>
    public required string? Next { get; init; }
}

/// <summary>A delivery that is deferred, bounced or was rejected, with the reply and what to do about it.</summary>
public sealed record ErrorEventItem
{
    /// <summary>Of the delivery.</summary>
    /// <example>"5f3a9c1204d84e6b8a07c2d9e1f40b36"</example>
    public required string Id { get; init; }

    /// <summary>When the attempt that gave the reply was made.</summary>
    /// <example>"2026-03-25T09:12:44Z"</example>
    public required DateTimeOffset OccurredAt { get; init; }

    public required DeliveryStatus Status { get; init; }

    /// <example>"4WxYz1AbCd"</example>
    public required string? QueueId { get; init; }

    /// <example>"news@shop.example"</example>
    public required string From { get; init; }

    /// <example>"shop.example"</example>
    public required string FromDomain { get; init; }

    /// <example>"ann@example.net"</example>
    public required string To { get; init; }

    /// <summary>Reply code of the receiving server; null where none answered.</summary>
    /// <example>550</example>
    public required int? SmtpCode { get; init; }

    /// <summary>Enhanced status code (RFC 3463).</summary>
    /// <example>"5.7.26"</example>
    public required string? EnhancedCode { get; init; }

    /// <summary>What to do about it.</summary>
    public required string Advice { get; init; }

    /// <summary>The complete reply.</summary>
    public required string? Detail { get; init; }

    /// <summary>True when the reply could not be classified.</summary>
    public required bool UnknownCode { get; init; }

    /// <summary>Size of the message in bytes.</summary>
    /// <example>18231</example>
    public required long? Bytes { get; init; }

    /// <summary>Attempts made in all.</summary>
    /// <example>3</example>
    public required int RetryCount { get; init; }

    /// <summary>When the last attempt was made.</summary>
    /// <example>"2026-03-25T11:02:10Z"</example>
    public required DateTimeOffset LastTry { get; init; }

    /// <summary>Spam score of the message in the filter's own units.</summary>
    public required double? SpamScore { get; init; }

    /// <example>"auth_failed"</example>
    [Reason]
    public required string Reason { get; init; }

    /// <summary>True when the address or its domain is bad.</summary>
    public required bool Hard { get; init; }

    /// <summary>The receiver's own page about this reply.</summary>
    public required string? Documentation { get; init; }

    internal static ErrorEventItem Of(ErrorEvent error) => new()
    {
        Id = error.Id.ToString(),
        OccurredAt = error.OccurredAt,
        Status = error.Status,
        QueueId = error.QueueId,
        From = error.From,
        FromDomain = error.FromDomain,
        To = error.To,
        SmtpCode = error.ReplyCode,
        EnhancedCode = error.EnhancedCode,
        Advice = error.Advice,
        Detail = error.Detail,
        UnknownCode = error.UnknownCode,
        Bytes = error.Bytes,
        RetryCount = error.Attempts,
        LastTry = error.LastTry,
        SpamScore = error.SpamScore,
        Reason = error.Reason,
        Hard = error.Hard,
        Documentation = error.Documentation,
    };
}

internal static class GetErrorEvents
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/error-events", HandleAsync)
        .WithName("getErrorEvents")
        .WithTags("Deliveries")
        .WithSummary("Outbound error events")
        .WithDescription(
            "Deliveries that are deferred, bounced or were rejected, latest attempt first. Without a period the whole list is meant. A "
            + "cursor goes on where the page before ended, whatever has arrived since.");

    private static async Task<Results<Ok<ErrorEventPage>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [AsParameters] ErrorEventFilter errors,
        [FromQuery(Name = "cursor")] string? cursor,
        [FromQuery(Name = "limit")] string? limitText,
        Selections selections,
        IDeliveryLog log,
        SealedCursors cursors,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var limit = ListLimits.ErrorEvents.Read(limitText, problems);

        if (await errors.ReadAsync(caller, filter, selections, limit, problems, cancellationToken) is not { } query)
        {
            return problems.Refusal();
        }

        var list = $"error-events\n{query.Scope}\n{filter}\n{errors}";
        var page = await cursors.PageAsync(
            list, cursor, opened => log.ErrorEventsAsync(query with { Cursor = opened }, cancellationToken), cancellationToken);

        return TypedResults.Ok(new ErrorEventPage { Items = [.. page.Items.Select(ErrorEventItem.Of)], Next = page.Next });
    }
}
