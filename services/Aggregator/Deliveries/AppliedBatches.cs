using System.Threading.Channels;
using MailStats.ServiceDefaults;
using MailStats.Stores;

namespace MailStats.Aggregator.Deliveries;

/// <summary>
/// Says which batches are committed, and clears the intake journal of them, many at a time. A batch that a crash leaves in the
/// journal is applied again at the next start and changes nothing. With a broker there is no journal to clear.
/// </summary>
internal sealed partial class AppliedBatches(BatchesUnderWay underWay, TimeProvider time, ILogger<AppliedBatches> logger) : BackgroundService
{
    private const int AtOnce = 1000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<Guid> _journaled = Channel.CreateUnbounded<Guid>(new() { SingleReader = true });

    public void Add(Guid batchId)
    {
        if (underWay.Applied(batchId))
        {
            _journaled.Writer.TryWrite(batchId);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batches = new List<Guid>();

        while (await _journaled.Reader.WaitToReadAsync(stoppingToken))
        {
            while (batches.Count < AtOnce && _journaled.Reader.TryRead(out var batch))
            {
                batches.Add(batch);
            }

            // What could not be removed stays in the list and is tried again: the journal never forgets too early, only too late.
            while (batches.Count > 0)
            {
                try
                {
                    await underWay.RemoveAsync(batches, stoppingToken);
                    batches.Clear();
                }
                catch (StorageUnavailableException error)
                {
                    LogNotCleared(logger, batches.Count, error);
                    await Task.Delay(Pause, time, stoppingToken);
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The intake journal could not be cleared of {Batches} applied batches yet")]
    private static partial void LogNotCleared(ILogger logger, int batches, Exception error);
}
