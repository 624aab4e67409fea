using MailStats.Collector.Follow;
using MailStats.Collector.Formats;
using MailStats.Collector.Sending;
using MailStats.Collector.State;

namespace MailStats.Collector.Tests;

/// <summary>Logs whose first line names the columns, read on from the middle.</summary>
public sealed class HeadedLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mailstats-headed-");

    private string Log => Path.Combine(_folder.FullName, "acct.csv");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void After_a_restart_a_log_is_read_on_by_the_columns_that_its_first_line_named()
    {
        File.WriteAllText(Log, "type,timeLogged,timeQueued,rcpt,orig\nd,1772524802,1772524800,ann@example.net,news@shop.example\n");
        using (var first = Follow("powermta", null))
        {
            Assert.Equal("ann@example.net", Assert.Single(first.Read(10, out _).Events).Event.Recipient);
            Keep(first.State());
        }

        File.AppendAllText(Log, "d,1772524803,1772524800,bob@example.org,news@shop.example\n");
        using var second = Follow("powermta", FollowState.In(_folder.FullName).Load()!.Logs[Log]);

        Assert.Equal("bob@example.org", Assert.Single(second.Read(10, out _).Events).Event.Recipient);
    }

    [Fact]
    public void A_log_that_was_followed_by_a_mapping_is_not_read_without_it()
    {
        File.WriteAllText(Log, "");

        var exception = Assert.Throws<StateException>(() => Follow(null, new LogState { Format = LogFormats.Mapped }));
        Assert.Contains("--map", exception.Message, StringComparison.Ordinal);
    }

    private void Keep(LogState state) => FollowState.In(_folder.FullName).Save(new FollowState { Logs = { [Log] = state } });

    private FollowedLog Follow(string? format, LogState? saved) => new(
        Log,
        saved,
        new FollowOptions
        {
            Files = [Log],
            Send = new SendOptions { Url = new Uri("http://localhost"), Key = "key" },
            Format = format,
            TimeZone = TimeZoneInfo.Utc,
            StateFolder = _folder.FullName,
            Host = "mx-test",
        },
        TimeProvider.System,
        _ => { });
}
