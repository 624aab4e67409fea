using MailStats.Stores.Upkeep;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Stores.Tests.Upkeep;

public sealed class UnreadableRowsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Told _told = new();

    [Fact]
    public void A_table_is_told_of_once_a_minute_with_how_often_it_was_met()
    {
        var rows = new UnreadableRows(_time, _told);

        for (var met = 0; met < 1_000; met++)
        {
            Assert.Null(rows.Read<string>("incidents", () => throw new FormatException("ann@example.net")));
        }

        Assert.Null(rows.Read<string>("audit_log", () => throw new InvalidDataException()));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(rows.Read<string>("incidents", () => throw new FormatException()));

        Assert.Equal(["incidents 1", "audit_log 1", "incidents 1000"], _told.Lines);
    }

    [Fact]
    public void A_store_that_is_away_is_no_damaged_row()
    {
        var rows = new UnreadableRows(_time, _told);

        Assert.Throws<StorageUnavailableException>(() => rows.Read<string>("incidents", () => throw new StorageUnavailableException("away", null)));
        Assert.Equal("read", rows.Read("incidents", () => "read"));
        Assert.Empty(_told.Lines);
    }

    private sealed class Told : ILogger<UnreadableRows>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var fields = Assert.IsAssignableFrom<IReadOnlyList<KeyValuePair<string, object?>>>(state).ToDictionary(field => field.Key, field => field.Value);
            Lines.Add($"{fields["Table"]} {fields["Times"]}");
            Assert.DoesNotContain('@', formatter(state, exception));
        }
    }
}
