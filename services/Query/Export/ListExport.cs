using System.Text;
using MailStats.Mail.Lists;
using Microsoft.AspNetCore.Http.HttpResults;
using Parquet;
using Parquet.Schema;

namespace MailStats.Query.Export;

/// <summary>
/// A whole list as a file, written while it is read: one page of the list and one row group are in memory at a time, and the next
/// page is read when the client has taken what there is.
/// </summary>
/// <param name="name">The file's name without its ending.</param>
/// <param name="columns">In their order.</param>
internal sealed class ListExport<T>(string name, IReadOnlyList<ExportColumn<T>> columns)
{
    /// <summary>Rows that are asked for at once; as in no list, the client cannot choose.</summary>
    public const int RowsAPage = 1_000;

    /// <summary>
    /// Rows of a Parquet row group: at 400 bytes a row some 4 MB in memory. Fewer would compress worse, and each group of a long
    /// file costs two kilobytes of its foot, which is kept to the end.
    /// </summary>
    public const int RowsAGroup = 10_000;

    private static readonly ParquetOptions _options = new() { CompressionMethod = CompressionMethod.Zstd };

    public const string CsvType = "text/csv";

    public const string ParquetType = "application/vnd.apache.parquet";

    /// <param name="read">A page of the list from the store's cursor on.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public PushStreamHttpResult Csv(Func<string?, Task<Page<T>>> read, CancellationToken cancellationToken) =>
        TypedResults.Stream(body => WriteCsvAsync(body, read, cancellationToken), $"{CsvType}; charset=utf-8", $"{name}.csv");

    /// <inheritdoc cref="Csv"/>
    public PushStreamHttpResult Parquet(Func<string?, Task<Page<T>>> read, CancellationToken cancellationToken) =>
        TypedResults.Stream(body => WriteParquetAsync(body, read, cancellationToken), ParquetType, $"{name}.parquet");

    private async Task WriteCsvAsync(Stream body, Func<string?, Task<Page<T>>> read, CancellationToken cancellationToken)
    {
        // Each page is flushed. Disposed of after a failure, the writer would begin the answer: 200 where 503 is true.
        var writer = new StreamWriter(body, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        var rows = new StringBuilder();
        var csv = new CsvWriter(rows);
        csv.Row([.. columns.Select(column => column.Field.Name)]);
        var fields = new string?[columns.Count];

        await foreach (var page in PagesAsync(read, cancellationToken))
        {
            foreach (var row in page)
            {
                for (var at = 0; at < fields.Length; at++)
                {
                    fields[at] = columns[at].Text(row);
                }

                csv.Row(fields);
            }

            await writer.WriteAsync(rows, cancellationToken);
            await writer.FlushAsync(cancellationToken);
            rows.Clear();
        }
    }

    private async Task WriteParquetAsync(Stream body, Func<string?, Task<Page<T>>> read, CancellationToken cancellationToken)
    {
        var schema = new ParquetSchema(columns.Select(column => column.Field));
        await using var buffer = new ForwardBuffer();

        await using (var writer = await ParquetWriter.CreateAsync(schema, buffer, _options, cancellationToken: cancellationToken))
        {
            var rows = new List<T>(RowsAGroup);

            await foreach (var page in PagesAsync(read, cancellationToken))
            {
                rows.AddRange(page);

                if (rows.Count > RowsAGroup - RowsAPage)
                {
                    await WriteGroupAsync(writer, rows, cancellationToken);
                    await buffer.DrainAsync(body, cancellationToken);
                }
            }

            if (rows.Count > 0)
            {
                await WriteGroupAsync(writer, rows, cancellationToken);
            }
        }

        await buffer.DrainAsync(body, cancellationToken);
    }

    private async Task WriteGroupAsync(ParquetWriter writer, List<T> rows, CancellationToken cancellationToken)
    {
        using var group = writer.CreateRowGroup();

        foreach (var column in columns)
        {
            await column.WriteAsync(group, rows, cancellationToken);
        }

        group.CompleteValidate();
        rows.Clear();
    }

    /// <summary>A page may hold less than it was asked for, or nothing, and another come after it.</summary>
    private static async IAsyncEnumerable<IReadOnlyList<T>> PagesAsync(
        Func<string?, Task<Page<T>>> read, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;

        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await read(cursor);
            cursor = page.Next;

            yield return page.Items;
        }
        while (cursor is not null);
    }
}
