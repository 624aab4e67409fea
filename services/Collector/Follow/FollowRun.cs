using MailStats.Collector.Joining;
using MailStats.Collector.Sending;
using MailStats.Collector.State;
using MailStats.Contracts;
using Microsoft.Extensions.Logging;

namespace MailStats.Collector.Follow;

/// <summary>
/// Follows logs and sends what they tell, as the collection settings say.
/// Invariant: the checkpoint moves only after Ingest has taken everything before it. A crash repeats lines, which changes
/// nothing at the server, and never loses them.
/// </summary>
internal sealed partial class FollowRun : IDisposable
{
    private readonly FollowOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CollectionClient _collections;
    private readonly EventSender _sender;
    private readonly StateFile<FollowState> _file;
    private readonly string _folder;
    private readonly List<FollowedLog> _logs;
    private readonly Dictionary<string, long> _told = [];
    private FollowState _state;
    private long? _savedAt;
    private bool _stale;
    private bool _unsent;

    public FollowRun(FollowOptions options, TimeProvider time, ILogger logger)
    {
        _folder = StateFolder.For(options.StateFolder, options.Send.Url, options.Send.Key);
        _options = options with { StateFolder = _folder };
        _time = time;
        _logger = logger;
        _file = FollowState.In(_folder);
        _state = _file.Load() ?? new FollowState();
        _collections = new CollectionClient(options.Send, options.Host);
        _sender = new EventSender(options.Send, time);
        _logs = [.. options.Files.Select(path => new FollowedLog(path, _state.Logs.GetValueOrDefault(Path.GetFullPath(path)), _options, time, Tell))];
    }

    public void Dispose()
    {
        _logs.ForEach(log => log.Dispose());
        _collections.Dispose();
        _sender.Dispose();
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        LogFollowing(_logger, _logs.Count, _options.Host);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asking = _collections.AskAsync(wait: false, stopping.Token);

        try
        {
            // Nothing is read before the server has said whether to collect; without an answer its last settings hold.
            await asking;

            while (!cancellationToken.IsCancellationRequested && !_logs.TrueForAll(log => log.HasEnded))
            {
                string? requested = null;
                if (asking.IsCompleted)
                {
                    if (await asking is { } order)
                    {
                        _stale |= _state.Settings != order.Settings;
                        _state = _state with { Settings = order.Settings };
                        requested = order.CollectionId;
                    }

                    asking = AskAgainAsync(await asking is not null, stopping.Token);
                }

                await WorkAsync(requested, cancellationToken);
                await Task.WhenAny(asking, Task.Delay(_options.Poll, _time, cancellationToken));
            }

            await CheckpointAsync(_ => Task.CompletedTask, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop. What was read and not taken is read again by the next run.
            if (_stale && !_unsent && _logs.TrueForAll(log => log.Format is null or { Messages.Orphans.Count: 0 }))
            {
                await CheckpointAsync(_ => Task.CompletedTask, CancellationToken.None);
            }
        }
        finally
        {
            await stopping.CancelAsync();
            await asking.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task WorkAsync(string? requested, CancellationToken cancellationToken)
    {
        if (requested is not null)
        {
            await CollectAsync(requested, scheduled: false, cancellationToken);
        }
        else if (CollectionPlan.IsDue(_state.Settings, _state.CollectedAt, _time.GetUtcNow()))
        {
            await CollectAsync(Guid.CreateVersion7().ToString("N"), scheduled: true, cancellationToken);
        }
        else if (CollectionPlan.IsContinuous(_state.Settings))
        {
            await GatherAsync(_ => Task.CompletedTask, cancellationToken);
        }
        else if (_stale)
        {
            await CheckpointAsync(_ => Task.CompletedTask, cancellationToken);
        }
    }

    private async Task<CollectionOrder?> AskAgainAsync(bool answered, CancellationToken cancellationToken)
    {
        await Task.Delay(answered ? _options.Poll : _options.SendPause, _time, cancellationToken);

        return await _collections.AskAsync(wait: answered, cancellationToken);
    }

    /// <summary>One collection, with its beginning, progress and end reported to the server.</summary>
    private async Task CollectAsync(string id, bool scheduled, CancellationToken cancellationToken)
    {
        var linesBefore = _logs.Sum(log => log.Lines);
        var deliveries = 0L;
        await TellAsync(CollectionState.Running, null);
        var error = await GatherAsync(
            async sent =>
            {
                deliveries += sent;
                await TellAsync(CollectionState.Running, null);
            },
            cancellationToken);
        _state = _state with { CollectedAt = _time.GetUtcNow().UtcTicks };
        await CheckpointAsync(_ => Task.CompletedTask, cancellationToken);
        await TellAsync(error is null ? CollectionState.Done : CollectionState.Failed, error);
        LogCollected(_logger, id, _logs.Sum(log => log.Lines) - linesBefore, deliveries);

        Task<bool> TellAsync(CollectionState state, string? problem) => _collections.TellAsync(
            id,
            new CollectionReport
            {
                State = state, Lines = _logs.Sum(log => log.Lines) - linesBefore, Deliveries = deliveries, Error = problem, Scheduled = scheduled,
            },
            cancellationToken);
    }

    /// <summary>Reads every log to its present end and sends. Returns what went wrong, null when nothing did.</summary>
    private async Task<string?> GatherAsync(Func<long, Task> progress, CancellationToken cancellationToken)
    {
        string? error = null;
        foreach (var log in _logs)
        {
            for (var atEnd = false; !atEnd;)
            {
                var linesBefore = log.Lines;
                _unsent = true;
                var batch = log.Read(maximumLines: 50_000, out atEnd);
                _stale |= log.Lines != linesBefore;
                await SendAsync(batch, progress, cancellationToken);
                _unsent = false;
                if (_stale && IsTimeToSave())
                {
                    await CheckpointAsync(progress, cancellationToken);
                }
            }

            TellSkipped(log);
            if (log.WhyUnread() is { } unread)
            {
                Tell(unread);
            }

            if (log.Problem is { } problem)
            {
                Tell(problem);
                error = problem;
            }
        }

        return error;
    }

    /// <summary>
    /// At once the first time: until then a rotated log is not known. What is saved grows with the queue, so a long queue is
    /// saved less often: saving always costs the same share of the time.
    /// </summary>
    private bool IsTimeToSave() => _savedAt is not { } last
        || _time.GetElapsedTime(last) >= _options.SaveEvery * Math.Max(1, _logs.Sum(log => log.Format?.Messages.Count ?? 0) / 5_000);

    /// <summary>Returns only when Ingest has answered for the batch: it is tried for ever, because dropping it would lose it.</summary>
    private async Task SendAsync(EventBatch batch, Func<long, Task> progress, CancellationToken cancellationToken)
    {
        while (batch.Events.Count > 0)
        {
            try
            {
                var outcome = await _sender.SendAsync(batch, cancellationToken);
                foreach (var refused in outcome.Refused.Take(10))
                {
                    LogRefused(_logger, refused.Place.ToString(), refused.Field ?? "event", refused.Error);
                }

                await progress(outcome.Accepted);

                return;
            }
            catch (SendException exception)
            {
                LogWaiting(_logger, exception.Message);
                await Task.Delay(_options.SendPause, _time, cancellationToken);
            }
        }
    }

    private async Task CheckpointAsync(Func<long, Task> progress, CancellationToken cancellationToken)
    {
        _savedAt = _time.GetTimestamp();
        try
        {
            foreach (var log in _logs)
            {
                await KeepOrphansAsync(log, progress, cancellationToken);
            }

            _state = _state with { Logs = _logs.ToDictionary(log => Path.GetFullPath(log.Path), log => log.State()) };
            _file.Save(_state);
            _stale = false;
        }
        catch (StateException exception)
        {
            // Nothing is lost: the old checkpoint holds, and a restart reads from there.
            Tell(exception.Message);
        }
    }

    /// <summary>Attempts of messages that began before the first log that was read wait where imports find them.</summary>
    private async Task KeepOrphansAsync(FollowedLog log, Func<long, Task> progress, CancellationToken cancellationToken)
    {
        if (log.Format is not { } format || format.Messages.Orphans.Count == 0)
        {
            return;
        }

        var file = UnfinishedState.In(_folder, format.Name);
        var kept = UnfinishedMessages.Join(file.Load()?.Messages ?? [], format.Messages.Orphans, format.Messages, _time.GetUtcNow());
        await SendAsync(log.Take(), progress, cancellationToken);
        file.Save(new UnfinishedState(UnfinishedState.CurrentVersion, kept.Messages));
        format.Messages.Orphans.Clear();
        LogWaitingMessages(_logger, kept.WaitingAttempts, file.Path);
        if (kept.Dropped > 0)
        {
            LogDroppedOrphans(_logger, file.Path, kept.Dropped);
        }
    }

    private void TellSkipped(FollowedLog log)
    {
        if (log.TakeDropped() is { Messages: > 0 } dropped)
        {
            LogDropped(_logger, log.Path, dropped.Messages, dropped.Attempts);
        }

        foreach (var (outcome, (count, first)) in log.Skipped)
        {
            Tell($"{first}: {Import.ImportSummary.Describe(outcome)}" + (count > 1 ? $" (and {count - 1} more)" : ""));
        }

        log.Skipped.Clear();
    }

    /// <summary>The same problem is reported again only after ten minutes.</summary>
    private void Tell(string problem)
    {
        if (_told.TryGetValue(problem, out var last) && _time.GetElapsedTime(last) < TimeSpan.FromMinutes(10))
        {
            return;
        }

        if (_told.Count > 1_000)
        {
            _told.Clear();
        }

        _told[problem] = _time.GetTimestamp();
        LogProblem(_logger, problem);
    }

    [LoggerMessage(LogLevel.Information, "Following {Logs} logs as {Host}")]
    private static partial void LogFollowing(ILogger logger, int logs, string host);

    [LoggerMessage(LogLevel.Information, "Collection {Id} done: {Lines} lines, {Deliveries} events sent")]
    private static partial void LogCollected(ILogger logger, string id, long lines, long deliveries);

    [LoggerMessage(
        LogLevel.Warning,
        "{Log}: {Messages} messages were dropped: the log had not mentioned them for long, or they were too many; {Attempts} deliveries are lost")]
    private static partial void LogDropped(ILogger logger, string log, long messages, long attempts);

    [LoggerMessage(LogLevel.Warning, "{File}: {Messages} messages were dropped because their beginning was never read")]
    private static partial void LogDroppedOrphans(ILogger logger, string file, int messages);

    [LoggerMessage(LogLevel.Warning, "{Problem}")]
    private static partial void LogProblem(ILogger logger, string problem);

    [LoggerMessage(LogLevel.Warning, "{Place}: {Field}: {Error}")]
    private static partial void LogRefused(ILogger logger, string place, string field, string error);

    [LoggerMessage(LogLevel.Warning, "Waiting for the server: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Information, "{Attempts} deliveries of messages that began before these logs are kept in {File}")]
    private static partial void LogWaitingMessages(ILogger logger, long attempts, string file);
}
