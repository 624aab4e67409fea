using Microsoft.Extensions.Logging;

namespace MailStats.Stores.Upkeep;

/// <summary>
/// Tells of rows that cannot be read. Lists and searches go on without them: one damaged row hides itself and no other. Once a
/// minute for a table at most, with how many times since: a list that is asked for all the time does not fill the log.
/// </summary>
public sealed partial class UnreadableRows(TimeProvider time, ILogger<UnreadableRows> logger)
{
    private static readonly TimeSpan ToldEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();

    /// <summary>By table, of which there are few.</summary>
    private readonly Dictionary<string, (long? ToldAt, int Met)> _tables = new(StringComparer.Ordinal);

    /// <summary>Reads a row; null, and told, when it cannot be read.</summary>
    /// <param name="table">What it is a row of, as <c>verify</c> names it.</param>
    /// <param name="read">Reads it. Whatever it throws is what damage makes of a reader; a store that is away is no damage.</param>
    public T? Read<T>(string table, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            Met(table, damage);

            return null;
        }
    }

    /// <summary>What a row that cannot be read makes of its reader, and not a store that fails.</summary>
    public static bool IsDamage(Exception error) => error is System.Text.Json.JsonException or FormatException or InvalidDataException
        or ArgumentException or InvalidCastException or IndexOutOfRangeException or NullReferenceException or OverflowException or KeyNotFoundException;

    /// <summary>A row was met that cannot be read.</summary>
    public void Met(string table, Exception damage)
    {
        int met;

        lock (_lock)
        {
            var (toldAt, before) = _tables.GetValueOrDefault(table);
            met = before + 1;

            if (toldAt is { } last && time.GetElapsedTime(last) < ToldEvery)
            {
                _tables[table] = (toldAt, met);

                return;
            }

            _tables[table] = (time.GetTimestamp(), 0);
        }

        LogMet(logger, table, met, damage.GetType().Name);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "Rows of {Table} cannot be read and were passed over, {Times} times since this was last told ({Damage}). verify names them, "
        + "verify --repair sets them aside")]
    private static partial void LogMet(ILogger logger, string table, int times, string damage);
}
