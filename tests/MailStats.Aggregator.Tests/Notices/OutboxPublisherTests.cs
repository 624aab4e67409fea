using System.Collections.Concurrent;
using System.Text.Json;
using MailStats.Aggregator.Notices;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores.Notifications;
using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;

namespace MailStats.Aggregator.Tests.Notices;

public sealed class OutboxPublisherTests
{
    [Fact]
    public async Task Notices_are_on_their_way_together()
    {
        var outbox = new Outbox(Notices(20));
        var subscribers = new Subscribers();
        // Nobody is confirmed before all were begun: one after the other would never end.
        var all = new TaskCompletionSource();
        subscribers.Confirm = _ => subscribers.Heard.Count == 20 ? Task.Run(all.SetResult) : all.Task;

        await RunAsync(outbox, subscribers, () => outbox.Pending.Count == 0);

        Assert.Equal(Enumerable.Range(0, 20), subscribers.Heard);
    }

    [Fact]
    public async Task What_was_begun_after_one_that_failed_is_published_again_and_what_came_before_is_not()
    {
        // The second and the third stand in one row of the outbox.
        var outbox = new Outbox([.. Notices(4).Select(notice => notice with { Id = notice.Id == 2 ? 1 : notice.Id })]);
        var subscribers = new Subscribers();
        var failed = 0;
        subscribers.Confirm = notice =>
            notice == 2 && Interlocked.Increment(ref failed) == 1 ? Task.FromException(new IOException("not confirmed")) : Task.CompletedTask;

        await RunAsync(outbox, subscribers, () => outbox.Pending.Count == 0);

        Assert.Equal([0, 1, 2, 3, 1, 2, 3], subscribers.Heard);
    }

    private static async Task RunAsync(Outbox outbox, Subscribers subscribers, Func<bool> isDone)
    {
        var bus = Bus.Factory.CreateUsingInMemory(_ => { });
        await bus.StartAsync();

        try
        {
            using var publisher = new OutboxPublisher(
                outbox, null!, bus, subscribers, TimeProvider.System, NullLogger<OutboxPublisher>.Instance);
            await publisher.StartAsync(CancellationToken.None);
            await Eventually.HoldsAsync(() => Task.FromResult(isDone()), "an outbox without notices");
            await publisher.StopAsync(CancellationToken.None);
        }
        finally
        {
            await bus.StopAsync();
        }
    }

    private static List<OutboxMessage> Notices(int count) =>
    [
        .. Enumerable.Range(0, count).Select(number => new OutboxMessage(
            number,
            new(number, 0, 0, new byte[8]),
            nameof(RecipientSuppressed),
            JsonSerializer.Serialize(
                new RecipientSuppressed
                {
                    NoticeId = new(number, 0, 0, new byte[8]), TenantId = "acme", Address = "ann@example.net", Cause = "hardBounce",
                    CreatedAt = DateTimeOffset.UnixEpoch, OccurredAt = DateTimeOffset.UnixEpoch,
                },
                JsonSerializerOptions.Web),
            DateTimeOffset.UnixEpoch)),
    ];

    private sealed class Outbox(List<OutboxMessage> pending) : IOutbox
    {
        private IReadOnlyList<OutboxMessage> _pending = pending;

        public IReadOnlyList<OutboxMessage> Pending => Volatile.Read(ref _pending);

        public Task<IReadOnlyList<OutboxMessage>> ReadPendingAsync(int limit, CancellationToken cancellationToken) => Task.FromResult(Pending);

        public Task MarkPublishedAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
        {
            Volatile.Write(ref _pending, [.. Pending.Where(message => !ids.Contains(message.Id))]);

            return Task.CompletedTask;
        }

        public Task AddAsync(Guid noticeId, string type, string content, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<OutboxMessage> ReadSinceAsync(DateTimeOffset since, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    /// <summary>Knows notices by the number that their ids begin with.</summary>
    private sealed class Subscribers : IPublicEvents
    {
        public ConcurrentQueue<int> Heard { get; } = new();

        public Func<int, Task> Confirm { get; set; } = _ => Task.CompletedTask;

        public bool AreHeard => true;

        public Task PublishAsync(Func<PublicEvent> make, CancellationToken cancellationToken)
        {
            var number = BitConverter.ToInt32(make().Id.ToByteArray());
            Heard.Enqueue(number);

            return Confirm(number);
        }
    }
}
