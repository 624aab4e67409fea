using System.Security.Claims;
using MailStats.Mail.Lists;
using MailStats.Query.Lists;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using MailStats.Stores.Lists;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Export;

/// <summary>The two files of a list.</summary>
internal static class ListDownloads
{
    /// <param name="routes">Where they are added.</param>
    /// <param name="export">The list's columns.</param>
    /// <param name="list">The list's address; the files are behind it by their endings.</param>
    /// <param name="operation">What the CSV is called in the API's document.</param>
    /// <param name="what">What is listed, as a sentence begins.</param>
    /// <param name="read">A page of the list.</param>
    public static void Map<T, TFilter, TQuery>(
        IEndpointRouteBuilder routes,
        ListExport<T> export,
        string list,
        string operation,
        string what,
        Func<IDeliveryLog, TQuery, string?, CancellationToken, Task<Page<T>>> read)
        where TFilter : IListFilter<TQuery>
        where TQuery : class
    {
        routes.MapGet($"{list}.csv", FileOf(export.Csv))
            .LimitExports()
            .WithName(operation)
            .WithTags("Deliveries")
            .WithSummary($"{what} as CSV")
            .WithDescription(ExportTexts.Csv)
            .Produces<string>(StatusCodes.Status200OK, ListExport<T>.CsvType);
        routes.MapGet($"{list}.parquet", FileOf(export.Parquet))
            .LimitExports()
            .WithName($"{operation}AsParquet")
            .WithTags("Deliveries")
            .WithSummary($"{what} as Parquet")
            .WithDescription(ExportTexts.Parquet)
            .Produces<Stream>(StatusCodes.Status200OK, ListExport<T>.ParquetType);

        Delegate FileOf(Func<Func<string?, Task<Page<T>>>, CancellationToken, PushStreamHttpResult> write) =>
            async Task<Results<PushStreamHttpResult, ValidationProblem>> (
                ClaimsPrincipal caller,
                [AsParameters] StatisticsFilter filter,
                [AsParameters] TFilter narrowed,
                Selections selections,
                IDeliveryLog log,
                CancellationToken cancellationToken) =>
            {
                var problems = new FieldProblems();

                return await narrowed.ReadAsync(caller, filter, selections, ListExport<T>.RowsAPage, problems, cancellationToken) is { } query
                    ? write(cursor => read(log, query, cursor, cancellationToken), cancellationToken)
                    : problems.Refusal();
            };
    }
}
