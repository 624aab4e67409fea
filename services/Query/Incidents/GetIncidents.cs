using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Mail.Lists;
using MailStats.Query.Lists;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Incidents;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Incidents;

internal static class GetIncidents
{
    private const int LongestProvider = 255;

    /// <summary>Kinds by the words that stand for them, in the order of their numbers from 1 on.</summary>
    public static readonly string[] Kinds =
    [
        .. Enum.GetValues<IncidentKind>().Where(kind => kind != IncidentKind.Unknown).Order()
            .Select(kind => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString())),
    ];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/incidents", HandleAsync)
        .WithName("getIncidents")
        .WithTags("Incidents")
        .WithSummary("What is wrong now, and what was")
        .WithDescription(
            "Latest first. Without a period all are meant; with one, those that were open at any moment of it. domain and provider find "
            + "incidents of that place and those that concern all.");

    private static async Task<Results<Ok<IncidentPage>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [AsParameters] StatisticsFilter filter,
        [FromQuery(Name = "state")] string? state,
        [FromQuery(Name = "kind")] string? kind,
        [FromQuery(Name = "provider")] string? provider,
        [FromQuery(Name = "cursor")] string? cursor,
        [FromQuery(Name = "limit")] string? limit,
        Selections selections,
        IIncidentStore store,
        SealedCursors cursors,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var selection = await selections.ReadListAsync(caller, filter, problems, cancellationToken);
        var query = new IncidentQuery
        {
            TenantId = caller.TenantId(),
            Open = ReadState(state, problems),
            Kind = ReadKind(kind, problems),
            Domain = selection?.Scope.Domain,
            Provider = ReadProvider(provider, problems),
            Range = selection?.Range,
            Limit = ListLimits.Incidents.Read(limit, problems),
        };

        if (problems.Any || selection is null)
        {
            return problems.Refusal();
        }

        var mutes = await store.MutesAsync(query.TenantId, time.GetUtcNow(), cancellationToken);
        var list = $"incidents\n{query.TenantId}\n{filter}\n{state}\n{kind}\n{provider}";
        var page = await cursors.PageAsync(list, cursor, opened => PageAsync(store, query, opened, cancellationToken), cancellationToken);

        return TypedResults.Ok(new IncidentPage { Items = [.. page.Items.Select(stored => IncidentItem.Of(stored, mutes))], Next = page.Next });
    }

    private static async Task<Page<StoredIncident>> PageAsync(
        IIncidentStore store, IncidentQuery query, string? cursor, CancellationToken cancellationToken)
    {
        var found = await store.ListAsync(query with { After = ReadCursor(cursor), Limit = query.Limit + 1 }, cancellationToken);

        return found.Count > query.Limit
            ? new([.. found.Take(query.Limit)], CursorOf(found[query.Limit - 1].Incident))
            : new(found, null);
    }

    private static string CursorOf(Incident last) => string.Create(CultureInfo.InvariantCulture, $"{last.OpenedAt.UtcTicks} {last.Id}");

    private static (DateTimeOffset OpenedAt, string Id)? ReadCursor(string? cursor) =>
        cursor is null ? null
        : cursor.Split(' ') is [var ticks, var id] && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? (new DateTimeOffset(at, TimeSpan.Zero), id)
        : throw new InvalidCursorException();

    private static bool? ReadState(string? text, FieldProblems problems)
    {
        switch (text)
        {
            case null or "all":
                return null;
            case "open":
                return true;
            case "closed":
                return false;
            default:
                problems.Add("state", "must be open, closed or all");

                return null;
        }
    }

    internal static IncidentKind? ReadKind(string? text, FieldProblems problems)
    {
        if (text is null)
        {
            return null;
        }

        if (Array.IndexOf(Kinds, text) is >= 0 and var place)
        {
            return (IncidentKind)(place + 1);
        }

        problems.Add("kind", $"must be one of {string.Join(", ", Kinds)}");

        return null;
    }

    internal static string? ReadProvider(string? text, FieldProblems problems)
    {
        if (text is not null && (text.Length is 0 or > LongestProvider || text.Any(char.IsControl)))
        {
            problems.Add("provider", $"must be the name of a receiving provider, at most {LongestProvider} characters");

            return null;
        }

        return text;
    }
}
