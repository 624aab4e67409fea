using System.Threading.Channels;
using MailStats.Contracts;

namespace MailStats.Storage.MongoDb;

/// <summary>
/// One transaction at a time in each process, holding the events of all callers that wait: the rows of the day and of the
/// tenant are in nearly every transaction, so two at once from one process would only conflict.
/// </summary>
internal sealed class MongoDeliveryStore : IDeliveryStore, IAsyncDisposable
{
    /// <summary>A transaction must end well within the minute that MongoDB gives it.</summary>
    private const int MaxEvents = 2_000;

    private readonly MongoDatabase _database;
    private readonly MongoClassifications _classifications;
    private readonly MongoPrivacy _privacy;
    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;

    public MongoDeliveryStore(MongoDatabase database, MongoClassifications classifications, MongoPrivacy privacy)
    {
        (_database, _classifications, _privacy) = (database, classifications, privacy);
        _loop = Task.Run(RunAsync);
    }

    public async Task<ApplyResult> ApplyAsync(IReadOnlyList<ClassifiedDelivery> deliveries, CancellationToken cancellationToken)
    {
        if (deliveries.Count == 0)
        {
            return new(0, 0, []);
        }

        var waiting = new Waiting(deliveries, new(TaskCreationOptions.RunContinuationsAsynchronously));
        ObjectDisposedException.ThrowIf(!_waiting.Writer.TryWrite(waiting), this);
        await using var cancelled = cancellationToken.Register(() => waiting.Completion.TrySetCanceled(cancellationToken));

        return await waiting.Completion.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _loop;
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var group = new List<Waiting>();

        while (await _waiting.Reader.WaitToReadAsync())
        {
            group.Clear();

            for (var events = 0; events < MaxEvents && _waiting.Reader.TryRead(out var waiting); events += waiting.Deliveries.Count)
            {
                if (!waiting.Completion.Task.IsCompleted)
                {
                    group.Add(waiting);
                }
            }

            await CommitAsync(group);
        }
    }

    /// <summary>A caller is told only after the commit. When several fail together, each is tried alone.</summary>
    private async Task CommitAsync(List<Waiting> group)
    {
        try
        {
            var results = await ApplyAsync(group);

            for (var index = 0; index < group.Count; index++)
            {
                group[index].Completion.TrySetResult(results[index]);
            }
        }
        catch (Exception error) when (group.Count > 1 && error is not StorageUnavailableException)
        {
            foreach (var waiting in group)
            {
                await CommitAsync([waiting]);
            }
        }
        catch (Exception error)
        {
            group.ForEach(waiting => waiting.Completion.TrySetException(error));
        }
    }

    private async Task<IReadOnlyList<ApplyResult>> ApplyAsync(List<Waiting> group)
    {
        var token = _stopping.Token;
        var all = group.SelectMany(waiting => waiting.Deliveries).ToList();
        await _database.UseAsync(
            async () =>
            {
                await _privacy.RememberFormAsync(token);
                await _classifications.StoreAsync(all.Select(delivery => delivery.Classification), token);
                return true;
            },
            token);

        return await _database.TransactAsync<IReadOnlyList<ApplyResult>>(
            async (session, cancellationToken) =>
            {
                var forgotten = await MongoForgotten.ReadAsync(_database, _privacy, session, cancellationToken);
                var application = new MongoApplication(_database, _classifications, forgotten, session);
                var stored = all.Select(forgotten.Protect).ToList();
                await application.LoadAsync(stored, all, cancellationToken);
                var results = new List<ApplyResult>(group.Count);
                var done = 0;

                foreach (var waiting in group)
                {
                    results.Add(application.Merge(stored.GetRange(done, waiting.Deliveries.Count)));
                    done += waiting.Deliveries.Count;
                }

                await application.WriteAsync(cancellationToken);

                return results;
            },
            token);
    }

    private sealed record Waiting(IReadOnlyList<ClassifiedDelivery> Deliveries, TaskCompletionSource<ApplyResult> Completion);
}
