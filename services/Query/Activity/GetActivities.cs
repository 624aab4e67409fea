using System.Security.Claims;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Query.Lists;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Lists;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Activity;

/// <summary>A page of activities, latest first.</summary>
public sealed record ActivityPage
{
    public required IReadOnlyList<ActivityItem> Items { get; init; }

    /// <summary>Cursor of the next page; null at the end.</summary>
    public required string? Next { get; init; }
}

/// <summary>What happened to one recipient of one message.</summary>
public sealed record ActivityItem
{
    /// <summary>Of the delivery.</summary>
    /// <example>"5f3a9c1204d84e6b8a07c2d9e1f40b36"</example>
    public required string Id { get; init; }

    /// <example>"2026-03-25T09:12:44Z"</example>
    public required DateTimeOffset OccurredAt { get; init; }

    public required DeliveryStatus Status { get; init; }

    /// <example>"ann@example.net"</example>
    public required string Recipient { get; init; }

    /// <example>"Your invoice"</example>
    public required string? Subject { get; init; }

    /// <summary>The sender's address.</summary>
    /// <example>"news@shop.example"</example>
    public required string Sender { get; init; }

    /// <example>"4WxYz1AbCd"</example>
    public required string? QueueId { get; init; }

    /// <summary>Why it failed; null where nothing did.</summary>
    /// <example>"mailbox_full"</example>
    [Reason]
    public required string? Reason { get; init; }

    /// <summary>What to do about it.</summary>
    public required string? Advice { get; init; }
}

internal static class GetActivities
{
    /// <summary>Statuses by the words that stand for them in requests and answers.</summary>
    public static readonly IReadOnlyDictionary<string, DeliveryStatus> Statuses = Enum.GetValues<DeliveryStatus>()
        .Where(status => status != DeliveryStatus.Unknown)
        .ToDictionary(status => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(status.ToString()), StringComparer.Ordinal);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/activities", HandleAsync)
        .WithName("getActivities")
        .WithTags("Deliveries")
        .WithSummary("The latest activities")
        .WithDescription(
            "What happened to single recipients, latest first; a delivery that bounced after it was delivered stands in the list twice. "
            + "Without a period the whole list is meant. A cursor goes on where the page before ended, whatever has arrived since.");

    private static async Task<Results<Ok<ActivityPage>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [AsParameters] ActivityFilter activities,
        [FromQuery(Name = "cursor")] string? cursor,
        [FromQuery(Name = "limit")] string? limit,
        Selections selections,
        IDeliveryLog log,
        SealedCursors cursors,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var items = ListLimits.Activities.Read(limit, problems);

        if (await activities.ReadAsync(caller, filter, selections, items, problems, cancellationToken) is not { } query)
        {
            return problems.Refusal();
        }

        var list = $"activities\n{query.Scope}\n{filter}\n{query.Search}\n{string.Join(',', query.Statuses.Order())}";
        var page = await cursors.PageAsync(
            list, cursor, opened => log.ActivitiesAsync(query with { Cursor = opened }, cancellationToken), cancellationToken);

        return TypedResults.Ok(new ActivityPage
        {
            Items = [.. page.Items.Select(activity => new ActivityItem
            {
                Id = activity.Id.ToString(),
                OccurredAt = activity.OccurredAt,
                Status = activity.Status,
                Recipient = activity.Recipient,
                Subject = activity.Subject,
                Sender = activity.Sender,
                QueueId = activity.QueueId,
                Reason = activity.Reason,
                Advice = activity.Advice,
            })],
            Next = page.Next,
        });
    }
}
