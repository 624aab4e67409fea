using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace MailStats.Query.Export;

/// <summary>A column of an exported list: what it is called, and its value of a row, as text and in its own type.</summary>
/// <typeparam name="T">A row of the list.</typeparam>
/// <param name="Field">Name and type in Parquet.</param>
/// <param name="Text">The value in CSV.</param>
/// <param name="WriteAsync">Writes the values of many rows as the next column of a row group.</param>
internal sealed record ExportColumn<T>(
    DataField Field,
    Func<T, string?> Text,
    Func<ParquetRowGroupWriter, IReadOnlyList<T>, CancellationToken, Task> WriteAsync);

/// <summary>Columns by the type of their values.</summary>
internal static class ExportColumns
{
    public static ExportColumn<T> Text<T>(string name, Func<T, string?> value)
    {
        var field = new DataField<string>(name);

        // A collection of texts has no overload that could be ended; it is in memory, and written in microseconds.
        return new(field, value, (group, rows, _) => group.WriteAsync(field, [.. rows.Select(row => value(row)!)]));
    }

    public static ExportColumn<T> Time<T>(string name, Func<T, DateTimeOffset> value)
    {
        var field = new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros);

        return new(
            field,
            row => value(row).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
            (group, rows, cancellationToken) => group.WriteAsync<DateTime>(
                field, rows.Select(row => value(row).UtcDateTime).ToArray(), cancellationToken: cancellationToken));
    }

    public static ExportColumn<T> TimeIfAny<T>(string name, Func<T, DateTimeOffset?> value)
    {
        var field = new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: true);

        return new(
            field,
            row => value(row)?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture),
            (group, rows, cancellationToken) => group.WriteAsync<DateTime>(
                field, rows.Select(row => value(row)?.UtcDateTime).ToArray(), cancellationToken: cancellationToken));
    }

    public static ExportColumn<T> Whole<T>(string name, Func<T, long?> value)
    {
        var field = new DataField<long?>(name);

        return new(
            field,
            row => value(row)?.ToString(CultureInfo.InvariantCulture),
            (group, rows, cancellationToken) => group.WriteAsync<long>(field, rows.Select(value).ToArray(), cancellationToken: cancellationToken));
    }

    public static ExportColumn<T> Number<T>(string name, Func<T, double?> value)
    {
        var field = new DataField<double?>(name);

        return new(
            field,
            row => value(row)?.ToString("R", CultureInfo.InvariantCulture),
            (group, rows, cancellationToken) => group.WriteAsync<double>(field, rows.Select(value).ToArray(), cancellationToken: cancellationToken));
    }

    public static ExportColumn<T> Flag<T>(string name, Func<T, bool> value)
    {
        var field = new DataField<bool>(name);

        return new(
            field,
            row => value(row) ? "true" : "false",
            (group, rows, cancellationToken) => group.WriteAsync<bool>(field, rows.Select(value).ToArray(), cancellationToken: cancellationToken));
    }
}
