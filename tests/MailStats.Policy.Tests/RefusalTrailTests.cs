using System.Collections.Concurrent;
using MailStats.Contracts;
using MailStats.Policy.Decisions;
using MailStats.Stores;
using MailStats.Stores.Deliveries;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MailStats.Policy.Tests;

/// <summary>What was refused is noted down, behind the answers.</summary>
public sealed class RefusalTrailTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Notes _notes = new();
    private readonly ServiceProvider _metrics = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly RefusalTrail _trail;

    public RefusalTrailTests() => _trail = new(
        _notes, new(_metrics.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>(), _time), _time, NullLogger<RefusalTrail>.Instance);

    [Fact]
    public async Task What_is_being_gathered_is_written_at_a_stop()
    {
        await _trail.StartAsync(default);
        // More than one transaction has; and no time passes: gathering never ends by itself.
        var refused = Enumerable.Range(0, 700).Select(number => $"r{number}@example.net").ToList();
        refused.ForEach(Refuse);

        await _trail.StopAsync(default);

        Assert.Equal(refused, _notes.Written);
    }

    [Fact]
    public async Task A_store_that_is_down_does_not_hold_up_a_stop()
    {
        _notes.Outages = int.MaxValue;
        await _trail.StartAsync(default);
        Refuse("ann@example.net");

        await _trail.StopAsync(default);

        Assert.Empty(_notes.Written);
    }

    [Fact]
    public async Task What_a_store_could_not_take_is_written_when_it_is_back_whether_or_not_another_is_refused()
    {
        _notes.Outages = 2;
        await _trail.StartAsync(default);
        Refuse("ann@example.net");

        await Eventually.HoldsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));

                return Task.FromResult(_notes.Written.Contains("ann@example.net"));
            },
            "the refusal is noted down");

        await _trail.StopAsync(default);
    }

    public void Dispose()
    {
        _trail.Dispose();
        _metrics.Dispose();
    }

    private void Refuse(string recipient) => _trail.Add(
        new("acme"), new() { Stage = PolicyStage.Advisory, Sender = "news@shop.example", Login = "", Recipients = 1, Key = "m1" },
        recipient, "550 5.1.1 no", null);

    private sealed class Notes : IDeliveryStore
    {
        private int _outages;

        public ConcurrentQueue<string> Written { get; } = new();

        /// <summary>How often it is away before it is there.</summary>
        public int Outages { set => _outages = value; }

        public Task<ApplyResult> ApplyAsync(IReadOnlyList<ClassifiedDelivery> deliveries, CancellationToken cancellationToken) =>
            ApplyAsync(deliveries, DateTimeOffset.MinValue, cancellationToken);

        public Task<ApplyResult> ApplyAsync(IReadOnlyList<ClassifiedDelivery> deliveries, DateTimeOffset acknowledgedAt, CancellationToken cancellationToken)
        {
            if (Interlocked.Decrement(ref _outages) >= 0)
            {
                return Task.FromException<ApplyResult>(new StorageUnavailableException("The store is away.", null));
            }

            foreach (var delivery in deliveries)
            {
                Written.Enqueue(delivery.Event.Recipient);
            }

            return Task.FromResult(new ApplyResult(deliveries.Count, 0, []));
        }
    }
}
