using MailStats.Contracts;
using MailStats.Stores;
using MailStats.Stores.Deliveries;

namespace MailStats.ServiceDefaults.Tests;

public sealed class BatchesUnderWayTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly DateTimeOffset Noon = new(2026, 10, 5, 12, 0, 0, TimeSpan.Zero);

    private readonly HeldJournal _journal = new();
    private readonly BatchesUnderWay _underWay;
    private readonly DeliveriesReported _batch = NewBatch();

    public BatchesUnderWayTests()
    {
        _underWay = new(_journal, TimeProvider.System);
        _underWay.SetOut([_batch]);
    }

    [Fact]
    public async Task A_batch_that_is_applied_in_time_is_never_journaled()
    {
        var durable = _underWay.DurableAsync([_batch], Patience, default);
        Assert.False(durable.IsCompleted);

        Assert.False(_underWay.Applied(_batch.BatchId));
        await durable;

        Assert.Equal(0, _underWay.Count);
        Assert.Empty(_journal.Asked);
    }

    [Fact]
    public async Task Nothing_is_durable_while_one_batch_of_several_is_neither_applied_nor_journaled()
    {
        var other = NewBatch();
        _underWay.SetOut([other]);
        var durable = _underWay.DurableAsync([_batch, other], Patience, default);

        _underWay.Applied(_batch.BatchId);
        Assert.False(durable.IsCompleted);

        _underWay.Applied(other.BatchId);
        await durable;
    }

    [Fact]
    public async Task After_the_wait_only_what_is_not_applied_is_journaled()
    {
        var applied = NewBatch();
        _underWay.SetOut([applied]);
        _underWay.Applied(applied.BatchId);

        var durable = _underWay.DurableAsync([_batch, applied], TimeSpan.Zero, default);
        Assert.False(durable.IsCompleted);
        _journal.Written.SetResult();
        await durable;

        Assert.Equal([$"append {_batch.BatchId}"], _journal.Asked);
        Assert.True(_underWay.Applied(_batch.BatchId));
        Assert.Equal(1, _underWay.Count);
        await _underWay.RemoveAsync([_batch.BatchId], default);
        Assert.Equal(0, _underWay.Count);
    }

    [Fact]
    public async Task A_batch_that_is_applied_while_it_is_written_is_removed_after_that()
    {
        var durable = _underWay.DurableAsync([_batch], TimeSpan.Zero, default);
        Assert.True(_underWay.Applied(_batch.BatchId));
        var removed = _underWay.RemoveAsync([_batch.BatchId], default);
        Assert.Equal([$"append {_batch.BatchId}"], _journal.Asked);

        _journal.Written.SetResult();
        await Task.WhenAll(durable, removed);

        Assert.Equal([$"append {_batch.BatchId}", $"remove {_batch.BatchId}"], _journal.Asked);
        Assert.Equal(0, _underWay.Count);
    }

    [Fact]
    public async Task A_journal_that_fails_is_told_and_the_batch_still_ends_with_its_application()
    {
        _journal.Written.SetException(new StorageUnavailableException("disk full", null));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _underWay.DurableAsync([_batch], TimeSpan.Zero, default));
        Assert.Equal(1, _underWay.Count);

        Assert.True(_underWay.Applied(_batch.BatchId));
        await _underWay.RemoveAsync([_batch.BatchId], default);
        Assert.Equal(0, _underWay.Count);
    }

    [Fact]
    public async Task Only_what_an_earlier_process_left_is_given_back_and_it_is_removed_once_applied()
    {
        var left = NewBatch() with { ReceivedAt = Noon.AddDays(-1) };
        _journal.Left = [left, _batch];

        var back = await _underWay.LeftOverAsync(Noon, default).ToListAsync();

        Assert.Equal(left, Assert.Single(back));
        Assert.Equal(2, _underWay.Count);
        Assert.True(_underWay.Applied(left.BatchId));
        Assert.False(_underWay.Applied(_batch.BatchId));
    }

    [Fact]
    public async Task A_batch_in_quarantine_is_durable_and_holds_no_place()
    {
        var durable = _underWay.DurableAsync([_batch], Patience, default);

        Assert.True(await _underWay.QuarantineAsync(_batch, "broken", default));
        await durable;

        Assert.Equal((0, 1), (_underWay.Count, _underWay.Quarantined));
        Assert.False(_underWay.Knows(_batch.BatchId));
        Assert.Equal([$"quarantine {_batch.BatchId}"], _journal.Asked);
    }

    [Fact]
    public async Task A_batch_that_finds_the_quarantine_full_keeps_its_place_and_is_not_called_durable()
    {
        _journal.IsFull = true;
        var durable = _underWay.DurableAsync([_batch], Patience, default);

        Assert.False(await _underWay.QuarantineAsync(_batch, "broken", default));

        Assert.False(durable.IsCompleted);
        Assert.Equal((1, 0), (_underWay.Count, _underWay.Quarantined));
        _underWay.Applied(_batch.BatchId);
        await durable;
    }

    [Fact]
    public void What_came_another_way_is_nothing_to_it() => Assert.False(_underWay.Applied(Guid.NewGuid()));

    private static DeliveriesReported NewBatch() => new() { BatchId = Guid.NewGuid(), ReceivedAt = Noon, Deliveries = [] };

    /// <summary>A journal whose writing ends when the test says so.</summary>
    private sealed class HeldJournal : IIntakeJournal
    {
        public TaskCompletionSource Written { get; } = new();

        public List<string> Asked { get; } = [];

        public bool IsFull { get; set; }

        public IReadOnlyList<DeliveriesReported> Left { get; set; } = [];

        public Task AppendAsync(IReadOnlyList<DeliveriesReported> batches, CancellationToken cancellationToken)
        {
            Asked.AddRange(batches.Select(batch => $"append {batch.BatchId}"));

            return Written.Task;
        }

        public Task RemoveAsync(IReadOnlyList<Guid> batchIds, CancellationToken cancellationToken)
        {
            Asked.AddRange(batchIds.Select(id => $"remove {id}"));

            return Task.CompletedTask;
        }

        public IAsyncEnumerable<DeliveriesReported> ReadAllAsync(CancellationToken cancellationToken) => Left.ToAsyncEnumerable();

        public Task<int?> QuarantineAsync(DeliveriesReported batch, string reason, DateTimeOffset failedAt, CancellationToken cancellationToken)
        {
            Asked.Add($"quarantine {batch.BatchId}");

            return Task.FromResult(IsFull ? null : (int?)1);
        }

        public Task<IReadOnlyList<QuarantinedBatch>> QuarantinedAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<QuarantinedBatch>>([]);

        public Task<int> ReleaseAsync(CancellationToken cancellationToken) => Task.FromResult(0);
    }
}
