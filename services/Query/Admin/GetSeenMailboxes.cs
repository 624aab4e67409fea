using System.Security.Claims;
using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;
using MailStats.Query.Lists;
using MailStats.Query.Names;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Statistics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Admin;

/// <summary>A page of mailboxes, by domain and name.</summary>
public sealed record SeenMailboxPage
{
    public required IReadOnlyList<SeenMailbox> Items { get; init; }

    /// <summary>Cursor of the next page; null at the end.</summary>
    public required string? Next { get; init; }
}

/// <summary>A mailbox that has sent.</summary>
public sealed record SeenMailbox
{
    /// <summary>Lower-case ASCII form.</summary>
    /// <example>"shop.example"</example>
    public required string Domain { get; init; }

    /// <summary>The sender's address as people know it.</summary>
    /// <example>"news@shop.example"</example>
    public required string Mailbox { get; init; }

    /// <summary>Recipients of its mail in all the time that statistics are kept.</summary>
    /// <example>1250</example>
    public required long Recipients { get; init; }
}

internal static class GetSeenMailboxes
{
    public static void Map(IEndpointRouteBuilder admin) => admin.MapGet("/mailboxes", HandleAsync)
        .WithName("listMailboxes")
        .WithSummary("Mailboxes seen")
        .WithDescription("Every mailbox the tenant has sent from since statistics are kept, by domain and name; what a quota or a filter can be set for.");

    private static async Task<Results<Ok<SeenMailboxPage>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [FromQuery(Name = "domain")] string? domainText,
        [FromQuery(Name = "cursor")] string? cursor,
        [FromQuery(Name = "limit")] string? limitText,
        IStatisticsStore store,
        SealedCursors cursors,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var limit = ListLimits.Mailboxes.Read(limitText, problems);
        var domain = MailNames.ReadDomain(domainText, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var list = $"mailboxes\n{caller.TenantId()}\n{domain}";
        var everything = Period.Everything(time.GetUtcNow());
        var page = await cursors.PageAsync(
            list, cursor, opened => SeenAsync(caller.TenantId(), domain, opened, limit, store, everything, cancellationToken), cancellationToken);

        return TypedResults.Ok(new SeenMailboxPage { Items = page.Items, Next = page.Next });
    }

    // By name, not by numbers: what is sent meanwhile moves nothing.
    private static async Task<Page<SeenMailbox>> SeenAsync(
        string tenantId, string? only, string? after, int limit, IStatisticsStore store, TimeRange range, CancellationToken cancellationToken)
    {
        var (afterDomain, afterMailbox) = after?.Split('\n') is [var domainPart, var mailboxPart] ? (domainPart, mailboxPart) : ("", "");
        var domains = only is null ? (await store.DomainsAsync(tenantId, range, cancellationToken)).Select(domain => domain.Name) : [only];
        var seen = new List<SeenMailbox>();

        foreach (var domain in domains.Where(name => string.CompareOrdinal(name, afterDomain) >= 0).Order(StringComparer.Ordinal))
        {
            var mailboxes = await store.MailboxesAsync(tenantId, domain, range, cancellationToken);

            seen.AddRange(mailboxes
                .Where(mailbox => domain != afterDomain || string.CompareOrdinal(mailbox.Name, afterMailbox) > 0)
                .OrderBy(mailbox => mailbox.Name, StringComparer.Ordinal)
                .Take(limit + 1 - seen.Count)
                .Select(mailbox => new SeenMailbox { Domain = domain, Mailbox = mailbox.Name, Recipients = mailbox.Counters.Recipients }));

            // One more than the page holds: there is a next page.
            if (seen.Count > limit)
            {
                return new Page<SeenMailbox>(seen[..limit], Position(seen[limit - 1]));
            }
        }

        return new Page<SeenMailbox>(seen, null);
    }

    private static string Position(SeenMailbox mailbox) => $"{mailbox.Domain}\n{mailbox.Mailbox}";
}
