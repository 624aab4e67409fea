using System.Security.Claims;
using MailStats.Query.Lists;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Admin;

/// <summary>A page of what administrators did, latest first.</summary>
public sealed record AuditPage
{
    public required IReadOnlyList<AuditItem> Items { get; init; }

    /// <summary>Cursor of the next page; null at the end.</summary>
    public required string? Next { get; init; }
}

/// <summary>One action of an administrator.</summary>
public sealed record AuditItem
{
    public required Guid Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>Id of the API key, or the subject of the token.</summary>
    public required string Actor { get; init; }

    /// <summary>The operation's name in this document.</summary>
    /// <example>"revokeKey"</example>
    public required string Action { get; init; }

    /// <example>"DELETE /v1/admin/keys/0197f3c2a1b04d5e8f60718293a4b5c6"</example>
    public required string Target { get; init; }

    /// <summary>HTTP status of the answer; null when the process ended before there was one.</summary>
    /// <example>204</example>
    public required int? Status { get; init; }

    /// <summary>What was set, where the operation says so.</summary>
    public required IReadOnlyDictionary<string, string> Details { get; init; }
}

internal static class GetAudit
{
    public static void Map(IEndpointRouteBuilder admin) => admin.MapGet("/audit", HandleAsync)
        .WithName("getAudit")
        .WithSummary("What administrators did")
        .WithDescription("Every change below `/v1/admin/` and `/v1/settings/` by the tenant's administrators, those that were refused too, latest first.");

    private static async Task<Results<Ok<AuditPage>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [FromQuery(Name = "cursor")] string? cursor,
        [FromQuery(Name = "limit")] string? limitText,
        IAuditStore audit,
        SealedCursors cursors,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var limit = ListLimits.Audit.Read(limitText, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var list = $"audit\n{caller.TenantId()}";
        var page = await cursors.PageAsync(
            list, cursor, opened => audit.ListAsync(caller.TenantId(), opened, limit, cancellationToken), cancellationToken);

        return TypedResults.Ok(new AuditPage
        {
            Items = [.. page.Items.Select(entry => new AuditItem
            {
                Id = entry.Id,
                At = entry.At,
                Actor = entry.Actor,
                Action = entry.Action,
                Target = entry.Target,
                Status = entry.Status,
                Details = entry.Details,
            })],
            Next = page.Next,
        });
    }
}
