using MailStats.Contracts;
using MailStats.Incidents.Detection;
using MailStats.Incidents.Following;
using MailStats.Incidents.Telling;
using MailStats.Incidents.Tests.Following;
using MailStats.Mail.Brake;
using MailStats.Stores;
using MailStats.Stores.Brake;
using MailStats.Stores.Incidents;
using MailStats.Stores.Lists;
using MailStats.Stores.MongoDb;
using MailStats.Stores.Notifications;
using MailStats.Stores.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Found = MailStats.Incidents.Detection.Incident;

namespace MailStats.Incidents.Tests.Telling;

/// <summary>What is saved and told of what was found.</summary>
public sealed class IncidentRecorderTests : IAsyncLifetime, IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Start);
    private readonly LedgerInMemory _ledger = new();
    private readonly IHost _store;
    private readonly IncidentRecorder _recorder;

    public IncidentRecorderTests()
    {
        var builder = Host.CreateApplicationBuilder(["--Storage:Provider", "Sqlite", "--Storage:Path", _folder.Path]);
        builder.Logging.ClearProviders();
        builder.AddStores<SqliteStores, MongoStores>();
        _store = builder.Build();
        _recorder = new(Incidents, new(_ledger, _store.Services.GetRequiredService<IDeliveryLog>(), Incidents), _time);
    }

    private IIncidentStore Incidents => _store.Services.GetRequiredService<IIncidentStore>();

    public async Task InitializeAsync()
    {
        await _store.StartAsync();
        await Incidents.LeaseAsync("acme", "me", Start, Start.AddDays(30), default);
    }

    public Task DisposeAsync() => _store.StopAsync();

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Imported_history_is_listed_and_tells_nobody()
    {
        for (var at = Start; at < Start.AddHours(32); at = at.AddMinutes(5))
        {
            _ledger.Add("acme", at, "Gmail", at >= Start.AddHours(30) && at < Start.AddHours(31) ? "receiver_error" : "", 10);
            _ledger.Add("acme", at, "Yahoo", "", 10);
        }

        _time.SetUtcNow(Start.AddDays(3));
        var follower = new TenantFollower("acme", _ledger, _time);
        var (changed, anew) = await follower.FollowAsync([Start], default);
        Assert.True(await _recorder.RecordAsync(new("acme", follower.Found, follower.From, "me"), changed, anew, default));

        var listed = Assert.Single(await ListAsync());
        Assert.Equal((IncidentKind.ReceiverOutage, false), (listed.Incident.Kind, listed.Told));
        Assert.NotNull(listed.Incident.ClosedAt);
        Assert.Equal((2_880L, 0L), (listed.Incident.Before!.Tried, listed.Incident.Before.Failed));
        Assert.Equal(120, listed.Incident.Since!.Failed);
        Assert.Empty(await NoticesAsync());
    }

    [Fact]
    public async Task What_attempts_tell_neither_ends_nor_removes_the_incident_of_a_stopped_mailbox()
    {
        var brakes = _store.Services.GetRequiredService<IBrakeStore>();
        await brakes.StopAsync(
            new("8f0c2a1b04d5e8f607182937", "acme", "ann@shop.example", null, Start.AddHours(1), BrakeMode.Enforce, BrakeCause.Hour, 60, 1, null, IsLive: true),
            tell: false,
            default);
        _ledger.Add("acme", Start, "Gmail", "", 10);
        _time.SetUtcNow(Start.AddHours(2));
        var follower = new TenantFollower("acme", _ledger, _time);
        var (changed, _) = await follower.FollowAsync([Start], default);

        Assert.True(await _recorder.RecordAsync(new("acme", follower.Found, follower.From, "me"), changed, anew: true, default));

        var kept = Assert.Single(await ListAsync()).Incident;
        Assert.Equal("ann@shop.example", kept.Mailbox);
        Assert.Null(kept.ClosedAt);
    }

    [Fact]
    public async Task A_part_is_closed_once_names_its_whole_and_the_whole_keeps_its_id()
    {
        var step = Steps.Of(Start);
        var whole = new Found(new("d1.example", null, null), FailureClass.Receiver, step, step + 1);
        var part = new Found(new("d2.example", null, null), FailureClass.Receiver, step, step + 1);
        _time.SetUtcNow(Start.AddMinutes(10));
        await RecordAsync(whole, part);
        var (wholeId, partId) = (whole.Id!, part.Id!);

        whole.Place = Place.Everywhere;
        whole.TakeIn(part);
        part.Closed = part.Ended = step + 2;
        await RecordAsync(whole, part);
        await RecordAsync(whole, part);

        // Another replica that finds all anew gives the same ids.
        var again = new Found(Place.Everywhere, FailureClass.Receiver, step, step + 1);
        var partAgain = new Found(part.Place, FailureClass.Receiver, step, step + 1);
        again.TakeIn(partAgain);
        partAgain.Closed = partAgain.Ended = step + 2;
        await RecordAsync(again, partAgain);

        Assert.Equal((wholeId, partId), (again.Id, partAgain.Id));
        var listed = (await ListAsync()).ToDictionary(stored => stored.Incident.Id, stored => stored.Incident);
        Assert.Equal(2, listed.Count);
        Assert.Equal((wholeId, true), (listed[partId].PartOf, listed[partId].ClosedAt is not null));
        Assert.Equal((null, null, null), (listed[wholeId].PartOf, listed[wholeId].ClosedAt, listed[wholeId].Domain));
        Assert.Equal(
            [nameof(IncidentChanged), nameof(IncidentClosed), nameof(IncidentOpened), nameof(IncidentOpened)],
            (await NoticesAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_that_was_over_too_soon_is_told_as_the_same_and_its_end_is_when_the_rate_was_back()
    {
        var step = Steps.Of(Start);
        var found = new Found(new("d1.example", null, null), FailureClass.Receiver, step, step + 1);
        _time.SetUtcNow(Start.AddMinutes(10));
        await RecordAsync(found);

        // Told at the tenth step: it had ended at the fourth.
        (found.Closed, found.Ended) = (step + 10, step + 4);
        await RecordAsync(found);
        Assert.Equal(Steps.Start(step + 4), Assert.Single(await ListAsync()).Incident.ClosedAt);

        (found.Closed, found.Ended) = (null, null);
        await RecordAsync(found);
        await RecordAsync(found);
        Assert.Null(Assert.Single(await ListAsync()).Incident.ClosedAt);

        (found.Closed, found.Ended) = (step + 40, step + 30);
        await RecordAsync(found);
        await RecordAsync(found);

        Assert.Equal(Steps.Start(step + 30), Assert.Single(await ListAsync()).Incident.ClosedAt);
        Assert.Equal(
            [nameof(IncidentOpened), nameof(IncidentClosed), nameof(IncidentChanged), nameof(IncidentClosed)], await NoticesAsync());
    }

    private async Task RecordAsync(params Found[] found) =>
        Assert.True(await _recorder.RecordAsync(new("acme", found, Start, "me"), found, false, default));

    private Task<IReadOnlyList<StoredIncident>> ListAsync() => Incidents.ListAsync(new() { TenantId = "acme", Limit = 100 }, default);

    private async Task<IEnumerable<string>> NoticesAsync() =>
        await _store.Services.GetRequiredService<IOutbox>().ReadSinceAsync(Start.AddDays(-1), default).Select(message => message.Type).ToListAsync();
}
