using System.Net.Mime;
using System.Security.Claims;
using MailStats.Mail.Suppression;
using MailStats.Query.Export;
using MailStats.ServiceDefaults;
using MailStats.Stores.Suppression;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Suppression;

/// <summary>Takes a file of addresses, as it arrives: some thousand lines at a time are written, and a file sent again changes nothing.</summary>
internal static class PostSuppressionImport
{
    /// <summary>64 MB: a million and a half addresses.</summary>
    public const long LargestBody = 64 * 1024 * 1024;

    /// <summary>Wrong lines that the report names; all are counted.</summary>
    public const int MostNamed = 1_000;

    private static readonly string[] Columns = ["address", "domain", "cause", "reason", "expiresAt"];

    /// <summary>What <c>/v1/suppressions.csv</c> has besides: read over.</summary>
    private static readonly string[] Ignored = ["reply", "delivery", "createdAt"];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/suppressions/import", HandleAsync)
        .WithName("importSuppressions")
        .WithSummary("Import a suppression list")
        .WithDescription(
            "CSV in UTF-8 with a header line, up to 64 MB: `address`; `domain`, `cause`, `reason` and `expiresAt` if wanted, in any order. Entries "
            + "without a cause are imported ones, which no delivery lifts. Lines that are wrong are left out and named in the answer (line 1 is the "
            + "header), the others are taken. Subscribers and webhooks are not told of imported entries.")
        .Accepts<string>("text/csv")
        .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestBody), new PassesItsBody())
        .LimitExports()
        .LeavesAnEntry();

    private static async Task<Results<Ok<SuppressionImport>, ValidationProblem>> HandleAsync(
        HttpRequest request, ClaimsPrincipal caller, ISuppressionStore suppressions, CancellationToken cancellationToken)
    {
        using var lines = new CsvLines(request.Body);
        var (header, mistake) = await lines.ReadAsync(cancellationToken);

        if (FindMistake(header, mistake) is { } wrong)
        {
            var problems = new FieldProblems();
            problems.Add("header", wrong);

            return problems.Refusal();
        }

        var places = Columns.Select(column => header!.FindIndex(name => IsNamed(name, column))).ToArray();
        var waiting = new List<SuppressionAddition>();
        var rejected = new List<RejectedLine>();
        var (added, repeated, refused) = (0L, 0L, 0L);

        while (await lines.ReadAsync(cancellationToken) is ({ } fields, var error))
        {
            if (error is null && fields is [""])
            {
                continue;
            }

            if (error is null && fields.Count != header!.Count)
            {
                error = $"has {fields.Count} fields where the header has {header.Count}";
            }

            if (error is null && Read(fields, places, out error) is { } addition)
            {
                waiting.Add(addition);
            }
            else
            {
                refused++;

                if (rejected.Count < MostNamed)
                {
                    rejected.Add(new() { Line = lines.Number, Error = error! });
                }
            }

            if (waiting.Count == ISuppressionStore.MostAtOnce)
            {
                await WriteAsync();
            }
        }

        await WriteAsync();

        return TypedResults.Ok(new SuppressionImport { Added = added, Repeated = repeated, Rejected = rejected, RejectedCount = refused });

        async Task WriteAsync()
        {
            if (waiting.Count > 0)
            {
                var written = await suppressions.AddAsync(caller.TenantId(), waiting, tell: false, cancellationToken);
                var some = written.Count(isNew => isNew);
                (added, repeated) = (added + some, repeated + written.Count - some);
                waiting.Clear();
            }
        }
    }

    private static string? FindMistake(List<string>? header, string? mistake)
    {
        if (header is null)
        {
            return "is missing: the file is empty";
        }

        if (mistake is not null)
        {
            return mistake;
        }

        if (!header.Exists(name => IsNamed(name, "address")))
        {
            return "must have a column named address";
        }

        if (header.Find(name => !Columns.Concat(Ignored).Any(column => IsNamed(name, column))) is { } unknown)
        {
            return $"has a column '{unknown[..Math.Min(unknown.Length, 40)]}'; known are {string.Join(", ", Columns)}";
        }

        return header.GroupBy(name => name.Trim(), StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? $"has the column {twice.Key} twice"
            : null;
    }

    private static bool IsNamed(string name, string column) => name.Trim().Equals(column, StringComparison.OrdinalIgnoreCase);

    private static SuppressionAddition? Read(List<string> fields, int[] places, out string? error)
    {
        var problems = new FieldProblems();
        var addition = SuppressionTexts.Read(
            Unguarded(fields[places[0]]), Field(1), Field(2), Field(3), Field(4), SuppressionCause.Import, problems);
        error = addition is null
            ? string.Join("; ", problems.ToDictionary().SelectMany(field => field.Value.Select(text => $"{field.Key} {text}")))
            : null;

        return addition;

        string? Field(int column) => places[column] >= 0 ? fields[places[column]] : null;
    }

    /// <summary>An export puts an apostrophe before what a spreadsheet would run; an address of its own may begin with one, but not with one and a +.</summary>
    private static string Unguarded(string address) => address is ['\'', '=' or '+' or '-' or '@', ..] ? address[1..] : address;
}

/// <summary>What became of a file's lines.</summary>
public sealed record SuppressionImport
{
    /// <summary>Entries that are new.</summary>
    public required long Added { get; init; }

    /// <summary>Entries that were there already, or stand in the file twice.</summary>
    /// <example>3</example>
    public required long Repeated { get; init; }

    /// <summary>Lines that were left out, the first 1,000.</summary>
    public required IReadOnlyList<RejectedLine> Rejected { get; init; }

    /// <summary>All of them.</summary>
    /// <example>1</example>
    public required long RejectedCount { get; init; }
}

/// <summary>A line that was left out.</summary>
public sealed record RejectedLine
{
    /// <summary>Its number; 1 is the header.</summary>
    /// <example>17</example>
    public required long Line { get; init; }

    /// <summary>What is wrong with it.</summary>
    /// <example>"address has no domain"</example>
    public required string Error { get; init; }
}
