using System.Threading.Channels;

namespace MailStats.Collector.Sending;

/// <summary>
/// Keeps several requests under way. Adding waits while all are busy and two batches are queued, so reading never runs ahead
/// of Ingest by more than that.
/// </summary>
internal sealed class SendQueue : IAsyncDisposable
{
    private readonly Channel<EventBatch> _batches;
    private readonly CancellationTokenSource _stop;
    private readonly Task[] _senders;
    private readonly Lock _lock = new();
    private readonly List<RefusedEvent> _refused = [];
    private OldEvents? _old;
    private long _accepted;
    private long _repeated;
    private long _refusedCount;

    private const int MaximumQueued = 2;

    /// <summary>Refusals kept word by word; the rest are counted.</summary>
    private const int MaximumKept = 1_000;

    public SendQueue(EventSender sender, int parallel, CancellationToken cancellationToken)
    {
        _batches = Channel.CreateBounded<EventBatch>(MaximumQueued);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _senders = [.. Enumerable.Range(0, parallel).Select(_ => Task.Run(() => RunAsync(sender), CancellationToken.None))];
    }

    public long Accepted => Interlocked.Read(ref _accepted);

    public long Repeated => Interlocked.Read(ref _repeated);

    public long RefusedCount => Interlocked.Read(ref _refusedCount);

    /// <summary>What was accepted and does not show, because the server keeps nothing so old.</summary>
    public OldEvents? Old
    {
        get
        {
            lock (_lock)
            {
                return _old;
            }
        }
    }

    public IReadOnlyList<RefusedEvent> Refused
    {
        get
        {
            lock (_lock)
            {
                return [.. _refused];
            }
        }
    }

    /// <summary>Queues a batch. Throws the sender's exception once sending has failed.</summary>
    public async Task AddAsync(EventBatch batch)
    {
        try
        {
            await _batches.Writer.WriteAsync(batch, _stop.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            await Task.WhenAll(_senders);
            throw;
        }
    }

    /// <summary>Returns when Ingest has answered for every batch.</summary>
    public async Task CompleteAsync()
    {
        _batches.Writer.TryComplete();
        await Task.WhenAll(_senders);
    }

    public async ValueTask DisposeAsync()
    {
        _batches.Writer.TryComplete();
        await _stop.CancelAsync();
        await Task.WhenAll(_senders).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(EventSender sender)
    {
        try
        {
            await foreach (var batch in _batches.Reader.ReadAllAsync(_stop.Token))
            {
                var outcome = await sender.SendAsync(batch, _stop.Token);
                Interlocked.Add(ref _accepted, outcome.Accepted);
                Interlocked.Add(ref _repeated, outcome.Repeated);
                Keep(outcome);
            }
        }
        catch (SendException exception)
        {
            // One failure stops all: what is queued behind it cannot be sent either.
            _batches.Writer.TryComplete(exception);
            await _stop.CancelAsync();
            throw;
        }
    }

    private void Keep(SendOutcome outcome)
    {
        if (outcome is { Refused.Count: 0, Old: null })
        {
            return;
        }

        Interlocked.Add(ref _refusedCount, outcome.Refused.Count);
        lock (_lock)
        {
            _refused.AddRange(outcome.Refused.Take(MaximumKept - _refused.Count));
            _old = OldEvents.Sum(_old, outcome.Old);
        }
    }
}
