using System.Security.Claims;
using System.Text.Json;
using MailStats.Mail.Suppression;
using MailStats.Query.Export;
using MailStats.Query.Lists;
using MailStats.ServiceDefaults;
using MailStats.Stores.Suppression;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Suppression;

/// <summary>Providers' own lists, as far as their events tell of them, beside ours.</summary>
internal static class GetSuppressionComparison
{
    public static readonly string[] Sides = [NameOf(ComparisonSide.Provider), NameOf(ComparisonSide.Ours)];

    public static readonly string[] Reasons =
        [NameOf(MissingBecause.Removed), NameOf(MissingBecause.Expired), NameOf(MissingBecause.Delivered)];

    /// <summary>Characters of a source: a provider, a stroke and a name of 100.</summary>
    private const int LongestSource = 150;

    private static readonly ListExport<ComparedAddress> _export = new(
        "suppressions-comparison",
        [
            ExportColumns.Text<ComparedAddress>("address", one => one.Address),
            ExportColumns.Text<ComparedAddress>("domain", one => one.Domain),
            ExportColumns.Time<ComparedAddress>("at", one => one.At),
            ExportColumns.Text<ComparedAddress>("source", one => one.Source),
            ExportColumns.Text<ComparedAddress>("because", one => one.Because is { } because ? NameOf(because) : null),
            ExportColumns.Text<ComparedAddress>("cause", one => one.Cause is { } cause ? SuppressionNotice.NameOf(cause) : null),
            ExportColumns.Text<ComparedAddress>("reason", one => one.Reason),
            ExportColumns.Text<ComparedAddress>("reply", one => one.Reply),
            ExportColumns.Text<ComparedAddress>("delivery", one => one.Delivery),
        ]);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/suppressions/comparison", ListAsync)
            .WithName("compareSuppressions")
            .WithSummary("What only a provider's list has, or only ours")
            .WithDescription(
                "`side=provider`: addresses that a provider did not send to because of its own list, by what its webhook told, and that are not on "
                + "ours: taken off by hand, ended, or delivered to since. `side=ours`: addresses on our list to which mail was delivered in the last "
                + $"{Comparison.DeliveredWithinDays} days all the same, by whatever way. Latest first; `total` counts all pages.");
        routes.MapGet("/v1/suppressions/comparison.csv", ExportAsync)
            .LimitExports()
            .WithName("exportSuppressionComparison")
            .WithSummary("The comparison as CSV")
            .WithDescription("All addresses that match, as RFC 4180 in UTF-8 with a header line.")
            .Produces<string>(StatusCodes.Status200OK, ListExport<ComparedAddress>.CsvType);
    }

    public static string? ReadSource(string? text, FieldProblems problems) =>
        string.IsNullOrWhiteSpace(text) ? null
        : text.Length <= LongestSource && !text.Any(char.IsControl) ? text.Trim()
        : problems.Refuse<string>("source", $"must be at most {LongestSource} characters, none of them a control character");

    private static async Task<Results<Ok<SuppressionComparisonPage>, ValidationProblem>> ListAsync(
        ClaimsPrincipal caller,
        [FromQuery(Name = "side")] string? side,
        [FromQuery(Name = "source")] string? source,
        [FromQuery(Name = "because")] string? because,
        [FromQuery(Name = "cursor")] string? cursor,
        [FromQuery(Name = "limit")] string? limitText,
        ISuppressionStore suppressions,
        SealedCursors cursors,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var comparison = Read(side, source, because, problems);
        var limit = ListLimits.Suppressions.Read(limitText, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var total = 0L;
        var list = $"comparison\n{caller.TenantId()}\n{comparison.Side}\n{comparison.Source}\n{string.Join(',', comparison.Because)}";
        var page = await cursors.PageAsync(
            list,
            cursor,
            async opened =>
            {
                var compared = await suppressions.CompareAsync(caller.TenantId(), comparison, opened, limit, cancellationToken);
                total = compared.Total;

                return compared.Page;
            },
            cancellationToken);

        return TypedResults.Ok(
            new SuppressionComparisonPage { Items = [.. page.Items.Select(SuppressionComparisonItem.Of)], Next = page.Next, Total = total });
    }

    private static Results<PushStreamHttpResult, ValidationProblem> ExportAsync(
        ClaimsPrincipal caller,
        [FromQuery(Name = "side")] string? side,
        [FromQuery(Name = "source")] string? source,
        [FromQuery(Name = "because")] string? because,
        ISuppressionStore suppressions,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var comparison = Read(side, source, because, problems);

        return problems.Any
            ? problems.Refusal()
            : _export.Csv(
                // Each page reads all addresses that may be meant, so that it is a large one.
                async cursor => (await suppressions.CompareAsync(
                    caller.TenantId(), comparison, cursor, ISuppressionStore.MostAtOnce, cancellationToken)).Page,
                cancellationToken);
    }

    private static Comparison Read(string? side, string? source, string? because, FieldProblems problems) => new(
        ReadWord("side", side, Sides, ComparisonSide.Provider, problems),
        ReadSource(source, problems),
        string.IsNullOrEmpty(because) ? [] : [ReadWord("because", because, Reasons, MissingBecause.Unknown, problems)]);

    private static T ReadWord<T>(string field, string? text, string[] words, T absent, FieldProblems problems)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text))
        {
            return absent;
        }

        if (Array.Exists(words, word => word.Equals(text, StringComparison.OrdinalIgnoreCase)))
        {
            return Enum.Parse<T>(text, ignoreCase: true);
        }

        problems.Add(field, $"must be one of {string.Join(", ", words)}");

        return absent;
    }

    private static string NameOf<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());
}

/// <summary>A page of what only one of two lists has, latest first.</summary>
public sealed record SuppressionComparisonPage
{
    public required IReadOnlyList<SuppressionComparisonItem> Items { get; init; }

    /// <summary>Cursor of the next page; null at the end.</summary>
    public required string? Next { get; init; }

    /// <summary>Addresses of all pages.</summary>
    /// <example>17</example>
    public required long Total { get; init; }
}

/// <summary>An address that only one of two lists has.</summary>
public sealed record SuppressionComparisonItem
{
    /// <summary>In the form in which addresses are kept.</summary>
    /// <example>"ann@example.net"</example>
    public required string Address { get; init; }

    /// <summary>The sending domain that our entry holds for; null for all of the tenant's, and where we have none.</summary>
    public required string? Domain { get; init; }

    /// <summary>When the provider refused it last; on our side, when mail to it was delivered last.</summary>
    /// <example>"2026-03-25T09:12:44Z"</example>
    public required DateTimeOffset At { get; init; }

    /// <summary>The webhook source that told of the refusal; null where it was not kept yet, and on our side.</summary>
    /// <example>"sendgrid/newsletter"</example>
    public required string? Source { get; init; }

    /// <summary>Why it is not on our list; null on our side.</summary>
    public required MissingBecause? Because { get; init; }

    /// <summary>Of our entry; null where we have none.</summary>
    public required SuppressionCause? Cause { get; init; }

    /// <summary>The classifier's reason, or what was written when our entry was made.</summary>
    /// <example>"suppressed"</example>
    public required string? Reason { get; init; }

    /// <summary>What the provider said, up to 500 characters.</summary>
    public required string? Reply { get; init; }

    /// <summary>Key of the delivery that was refused.</summary>
    /// <example>"7d3c2a1b04d5e8f60718293a4b5c6d7e"</example>
    public required string? Delivery { get; init; }

    internal static SuppressionComparisonItem Of(ComparedAddress one) => new()
    {
        Address = one.Address,
        Domain = one.Domain,
        At = one.At,
        Source = one.Source,
        Because = one.Because,
        Cause = one.Cause,
        Reason = one.Reason,
        Reply = one.Reply,
        Delivery = one.Delivery,
    };
}
