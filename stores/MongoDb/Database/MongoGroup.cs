using System.Threading.Channels;

namespace MailStats.Stores.MongoDb.Database;

/// <summary>
/// One transaction (or snapshot) at a time, holding what all callers of this process that wait ask for: two at once from one
/// process would only conflict where they touch the same documents, and load them twice.
/// </summary>
internal sealed class MongoGroup<TRequest, TResult> : IAsyncDisposable
{
    private readonly Channel<Waiting> _waiting = Channel.CreateUnbounded<Waiting>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<IReadOnlyList<TRequest>, CancellationToken, Task<IReadOnlyList<TResult>>> _commit;
    private readonly Func<TRequest, int> _weight;
    private readonly int _most;
    private readonly Task _loop;

    /// <param name="most">A transaction must end well within the minute that MongoDB gives it: no request is added to a group that weighs this.</param>
    /// <param name="weight">What a request weighs.</param>
    /// <param name="commit">The transaction: a result for each request, in their order.</param>
    public MongoGroup(int most, Func<TRequest, int> weight, Func<IReadOnlyList<TRequest>, CancellationToken, Task<IReadOnlyList<TResult>>> commit)
    {
        (_most, _weight, _commit) = (most, weight, commit);
        _loop = Task.Run(RunAsync);
    }

    public async Task<TResult> AddAsync(TRequest request, CancellationToken cancellationToken)
    {
        var waiting = new Waiting(request, new(TaskCreationOptions.RunContinuationsAsynchronously));
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

            for (var weight = 0; weight < _most && _waiting.Reader.TryRead(out var waiting); weight += _weight(waiting.Request))
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
            var results = await _commit([.. group.Select(waiting => waiting.Request)], _stopping.Token);

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

    private sealed record Waiting(TRequest Request, TaskCompletionSource<TResult> Completion);
}
