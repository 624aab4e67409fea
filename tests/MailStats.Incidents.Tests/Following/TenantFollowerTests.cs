using MailStats.Contracts;
using MailStats.Incidents.Following;
using Microsoft.Extensions.Time.Testing;
using Found = MailStats.Incidents.Detection.Incident;

namespace MailStats.Incidents.Tests.Following;

public sealed class TenantFollowerTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Fault = Start.AddHours(30);

    private readonly FakeTimeProvider _time = new(Start);
    private readonly LedgerInMemory _ledger = new();

    [Fact]
    public async Task Following_live_and_reading_history_find_the_same()
    {
        var live = await LiveAsync();

        _time.SetUtcNow(Start.AddDays(3));
        var history = new TenantFollower("acme", _ledger, _time);
        await history.FollowAsync([Start], default);

        Assert.Equal((IncidentKind.ReceiverOutage, "Gmail"), (live.Kind, live.Place.Provider));
        var told = Assert.Single(history.Found);
        Assert.Equal((live.Kind, live.Place, live.Since), (told.Kind, told.Place, told.Since));
        Assert.NotNull(told.Closed);
    }

    [Fact]
    public async Task Logs_that_come_late_are_found_in_their_own_time()
    {
        _time.SetUtcNow(Start.AddHours(40));
        var follower = new TenantFollower("acme", _ledger, _time);
        Mail(Fault, Start.AddHours(40));
        await follower.FollowAsync(Starts(Fault, Start.AddHours(40)), default);
        _time.Advance(TimeSpan.FromMinutes(1));

        Mail(Start, Fault);
        var (_, anew) = await follower.FollowAsync(Starts(Start, Fault), default);

        Assert.True(anew);
        Assert.Equal(Fault, Detection(Assert.Single(follower.Found)));
    }

    [Theory]
    [InlineData(10, 13)]
    [InlineData(350, 13)]
    [InlineData(60 * 20, 49)]
    public async Task What_comes_late_costs_the_reading_of_hours_and_not_of_all_that_is_kept(int minutesLate, int mostHours)
    {
        var (live, now) = (new TenantFollower("acme", _ledger, _time), Fault.AddHours(18));

        for (var at = Start; at < now; at = at.AddMinutes(5))
        {
            Mail(at, at.AddMinutes(5));
            _time.SetUtcNow(at.AddMinutes(4));
            await live.FollowAsync([at], default);
        }

        // A second outage that nobody has heard of yet.
        var late = now.AddMinutes(-minutesLate);
        _ledger.Add("acme", late, "Yahoo", "receiver_error", 60);
        _ledger.Read.Clear();
        await live.FollowAsync([late], default);
        _time.Advance(TimeSpan.FromMinutes(11));
        await live.FollowAsync([], default);

        var history = new TenantFollower("acme", _ledger, _time);
        var read = now - _ledger.Read.Min(range => range.From);
        await history.FollowAsync([Start], default);
        Assert.InRange(read.TotalHours, 0, mostHours);
        Assert.Contains(live.Found, found => found.Place.Provider == "Yahoo");
        Assert.Equal(history.Found.Select(Told), live.Found.Select(Told));

        static string Told(Found found) => $"{found.Kind} {found.Place} {found.Since} {found.Opened} {found.Closed} {found.Failed} {found.Tried}";
    }

    [Fact]
    public async Task A_clock_that_is_hours_ahead_is_judged_when_its_time_has_come()
    {
        var follower = new TenantFollower("acme", _ledger, _time);
        Mail(Start, Fault.AddHours(1));
        _time.SetUtcNow(Fault.AddHours(-2));
        await follower.FollowAsync(Starts(Start, Fault.AddHours(1)), default);
        Assert.Empty(follower.Found);

        _time.SetUtcNow(Fault.AddHours(1));
        await follower.FollowAsync([], default);

        Assert.Single(follower.Found);
    }

    [Fact]
    public async Task A_step_that_takes_long_to_read_is_read_seldom_and_finds_the_same()
    {
        var follower = new TenantFollower("acme", _ledger, _time);
        Mail(Start, Fault);
        _time.SetUtcNow(Fault.AddMinutes(1));
        await follower.FollowAsync(Starts(Start, Fault), default);
        var readings = 0;
        _ledger.Reading = () =>
        {
            readings++;
            _time.Advance(TimeSpan.FromMilliseconds(300));
        };

        for (var second = 0; second < 30; second++)
        {
            _ledger.Add("acme", Fault, "Gmail", "receiver_error", 6);
            await follower.FollowAsync([Fault], default);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _time.Advance(TimeSpan.FromSeconds(3));
        await follower.FollowAsync([], default);

        Assert.InRange(readings, 8, 12);
        Assert.Equal(180, Assert.Single(follower.Found).Failed);
    }

    [Fact]
    public async Task A_pause_is_at_most_fifteen_seconds_long()
    {
        var follower = new TenantFollower("acme", _ledger, _time);
        Mail(Start, Fault);
        _time.SetUtcNow(Fault.AddMinutes(1));
        await follower.FollowAsync(Starts(Start, Fault), default);
        _ledger.Reading = () => _time.Advance(TimeSpan.FromSeconds(20));
        await follower.FollowAsync([Fault], default);
        _ledger.Reading = null;
        _ledger.Add("acme", Fault, "Gmail", "receiver_error", 60);

        await follower.FollowAsync([Fault], default);

        Assert.Single(follower.Found);
    }

    [Fact]
    public async Task The_same_change_heard_twice_counts_once()
    {
        var follower = new TenantFollower("acme", _ledger, _time);
        Mail(Start, Fault);
        _time.SetUtcNow(Fault.AddMinutes(1));
        await follower.FollowAsync(Starts(Start, Fault), default);
        _ledger.Add("acme", Fault, "Gmail", "receiver_error", 6);

        for (var time = 0; time < 5; time++)
        {
            await follower.FollowAsync([Fault], default);
        }

        Assert.Empty(follower.Found);
    }

    private static DateTimeOffset Detection(Found found) => MailStats.Incidents.Detection.Steps.Start(found.Since);

    private async Task<Found> LiveAsync()
    {
        var follower = new TenantFollower("acme", _ledger, _time);

        for (var at = Start; at < Fault.AddHours(3); at = at.AddMinutes(5))
        {
            Mail(at, at.AddMinutes(5));
            _time.SetUtcNow(at.AddMinutes(4));
            await follower.FollowAsync([at], default);
        }

        return Assert.Single(follower.Found);
    }

    /// <summary>Ten mails to each of three receivers in five minutes; for an hour none gets to Gmail.</summary>
    private void Mail(DateTimeOffset from, DateTimeOffset to)
    {
        foreach (var at in Starts(from, to))
        {
            _ledger.Add("acme", at, "Gmail", at >= Fault && at < Fault.AddHours(1) ? "receiver_error" : "", 10);
            _ledger.Add("acme", at, "Yahoo", "", 10);
            _ledger.Add("acme", at, "Microsoft", "", 10);
        }
    }

    private static List<DateTimeOffset> Starts(DateTimeOffset from, DateTimeOffset to)
    {
        List<DateTimeOffset> starts = [];

        for (var at = from; at < to; at = at.AddMinutes(5))
        {
            starts.Add(at);
        }

        return starts;
    }
}
