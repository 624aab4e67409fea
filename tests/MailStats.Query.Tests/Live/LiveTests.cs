using System.Net;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Query.Live;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.Query.Tests.Live;

public sealed class LiveTests
{
    private static readonly DateTimeOffset _now = new(2026, 3, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_change_on_the_bus_reaches_the_views_of_its_tenant_only()
    {
        await using var app = await QueryApp.StartAsync();
        await using var shop = await Listener.StartAsync(app, "ms_shop");
        await using var other = await Listener.StartAsync(app, "ms_other");

        Assert.Equal("ready", (await shop.NextAsync()).EventType);
        Assert.Equal("ready", (await other.NextAsync()).EventType);

        var bus = app.Services.GetRequiredService<IBus>();
        await bus.Publish(Change("shop", "b.example", "a.example"));
        await bus.Publish(Change("other", "c.example"));

        Assert.Equal("""{"domains":["a.example","b.example"],"occurredAt":"2026-03-31T12:00:00+00:00"}""", (await shop.NextAsync()).Data);
        Assert.Equal("""{"domains":["c.example"],"occurredAt":"2026-03-31T12:00:00+00:00"}""", (await other.NextAsync()).Data);
    }

    [Fact]
    public async Task After_a_break_what_was_missed_is_told_in_one_piece()
    {
        await using var app = await QueryApp.StartAsync();
        var changes = app.Services.GetRequiredService<LiveChanges>();
        string? id;

        await using (var first = await Listener.StartAsync(app, "ms_shop"))
        {
            id = (await first.NextAsync()).EventId;
        }

        changes.Add(Change("shop", "a.example"));
        changes.Add(Change("other", "z.example"));
        changes.Add(Change("shop", "b.example"));

        await using var second = await Listener.StartAsync(app, "ms_shop", id);

        Assert.Equal("ready", (await second.NextAsync()).EventType);

        var missed = await second.NextAsync();

        Assert.Equal("changed", missed.EventType);
        Assert.Equal(
            ["a.example", "b.example"],
            JsonDocument.Parse(missed.Data).RootElement.GetProperty("domains").EnumerateArray().Select(domain => domain.GetString()!));
    }

    [Theory]
    [InlineData("0123456789ab-5")]
    [InlineData("nonsense")]
    [InlineData("-1")]
    public async Task Who_comes_from_another_process_is_told_to_load_everything(string id)
    {
        await using var app = await QueryApp.StartAsync();
        await using var listener = await Listener.StartAsync(app, "ms_shop", id);

        Assert.Equal("reset", (await listener.NextAsync()).EventType);
    }

    [Fact]
    public void Who_missed_more_than_is_remembered_is_told_to_load_everything()
    {
        var changes = new LiveChanges();
        var start = changes.Now("shop");

        for (var i = 0; i < LiveChanges.Remembered; i++)
        {
            changes.Add(Change("shop", $"{i}.example"));
        }

        Assert.Equal(LiveChanges.Remembered, changes.Since("shop", start)?.Domains.Count);

        changes.Add(Change("shop", "last.example"));

        Assert.Null(changes.Since("shop", start));
        Assert.Equal(["last.example"], changes.Since("shop", changes.Now("shop") - 1)?.Domains ?? []);
    }

    [Fact]
    public void Positions_of_the_future_or_of_other_processes_are_not_taken()
    {
        var changes = new LiveChanges();
        changes.Add(Change("shop", "a.example"));

        Assert.Equal(1, changes.Position("shop", changes.Id(1)));
        Assert.Null(changes.Position("shop", changes.Id(2)));
        Assert.Null(changes.Position("other", changes.Id(1)));
        Assert.Null(changes.Position("shop", new LiveChanges().Id(1)));
    }

    [Fact]
    public async Task Without_news_a_heartbeat_comes_and_a_revoked_key_ends_the_stream()
    {
        var time = new SteppedTime { Now = _now };
        var valid = true;
        using var stop = new CancellationTokenSource();
        await using var messages = GetLive.ListenAsync(new LiveChanges(), "shop", null, _ => new(valid), time, stop.Token).GetAsyncEnumerator(stop.Token);

        Assert.True(await messages.MoveNextAsync());

        var next = messages.MoveNextAsync().AsTask();
        time.Step(GetLive.Heartbeat);

        Assert.True(await next);
        Assert.Equal("heartbeat", messages.Current.EventType);
        Assert.Null(messages.Current.EventId);

        valid = false;
        next = messages.MoveNextAsync().AsTask();
        time.Step(GetLive.Heartbeat);

        Assert.False(await next);
    }

    private static StatisticsChanged Change(string tenant, params string[] domains) => new() { TenantId = tenant, Domains = domains, OccurredAt = _now };

    private sealed class Listener(HttpResponseMessage response, IAsyncEnumerator<SseItem<string>> items) : IAsyncDisposable
    {
        public static async Task<Listener> StartAsync(QueryApp app, string key, string? lastEventId = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/live", UriKind.Relative));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);

            if (lastEventId is not null)
            {
                request.Headers.Add("Last-Event-ID", lastEventId);
            }

            var response = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);

            return new Listener(response, SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator());
        }

        public async Task<SseItem<string>> NextAsync()
        {
            Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30)));

            return items.Current;
        }

        public ValueTask DisposeAsync()
        {
            response.Dispose();

            return ValueTask.CompletedTask;
        }
    }

    /// <summary>Time that passes when it is told to.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private readonly List<(DateTimeOffset At, Action Fire)> _timers = [];

        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.UtcTicks;

        public void Step(TimeSpan time)
        {
            Now += time;
            Action[] due;

            lock (_timers)
            {
                due = [.. _timers.Where(timer => timer.At <= Now).Select(timer => timer.Fire)];
                _timers.RemoveAll(timer => timer.At <= Now);
            }

            foreach (var fire in due)
            {
                fire();
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_timers)
            {
                _timers.Add((Now + dueTime, () => callback(state)));
            }

            return new Timer();
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
