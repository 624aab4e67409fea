using MailStats.Collector.Formats;
using MailStats.Collector.Joining;
using MailStats.Collector.Reading;
using MailStats.Collector.Sending;
using MailStats.Collector.State;

namespace MailStats.Collector.Import;

/// <summary>
/// Reads whole logs and sends what they tell. Running it again, over the same logs or over pieces of them in any order,
/// changes nothing at the server: keys come from the lines, and pieces of one message meet in the state folder.
/// </summary>
internal sealed class ImportRun(ImportOptions options, TimeProvider time, IProgress<double>? progress = null)
{
    /// <summary>Half a KB to 1 KB each, most of it the reply.</summary>
    private const int MaximumHeld = 20_000;

    private readonly ImportSummary _summary = new();
    private readonly HeldDeferrals _held = new(MaximumHeld);
    private readonly List<PlacedEvent> _ready = [];

    public async Task<ImportSummary> RunAsync(CancellationToken cancellationToken)
    {
        var files = Probe(cancellationToken);
        var name = options.Format ?? LogFormats.Guess([.. files.SelectMany(file => file.FirstLines)], time.GetUtcNow());
        if (name is null)
        {
            // Told apart by the exit code: a file that cannot be read is a failure, one that says nothing about mail is not.
            _summary.Note(files.Count == 0
                ? "nothing to read"
                : $"{string.Join(", ", files.Select(file => file.File.Path))}: "
                    + (UntimedLines.Describe([.. files.SelectMany(file => file.FirstLines)])
                        ?? "not a known mail log, or no delivery among its first lines; "
                            + $"give its format with --format {string.Join("|", LogFormats.Names)}, or describe it with --map"));
            return _summary;
        }

        _summary.Format = options.Format is null ? $"{name}, guessed from the first lines" : name;
        using var sender = new EventSender(options.Send, time);
        await using var queue = new SendQueue(sender, options.Send.Parallel, cancellationToken);
        try
        {
            await ReadAllAsync(name, files, queue, cancellationToken);
        }
        catch (Exception exception) when (exception is SendException or StateException)
        {
            _summary.Fail(exception.Message);
        }

        _summary.Accepted = queue.Accepted;
        _summary.Repeated = queue.Repeated;
        _summary.Old = queue.Old;
        _summary.Refused = queue.RefusedCount;
        foreach (var refused in queue.Refused)
        {
            _summary.Note($"{refused.Place}: {refused.Field ?? "event"}: {refused.Error}");
        }

        return _summary;
    }

    private List<(LogFile File, IReadOnlyList<byte[]> FirstLines)> Probe(CancellationToken cancellationToken)
    {
        var files = new List<(LogFile, IReadOnlyList<byte[]>)>();
        foreach (var path in options.Files)
        {
            var file = new LogFile(path, () => new InterruptibleInput(Console.OpenStandardInput(), cancellationToken));
            try
            {
                files.Add((file, file.FirstLines()));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                _summary.Fail($"{path}: cannot be read: {exception.Message}");
            }
        }

        return files;
    }

    private async Task ReadAllAsync(
        string name, List<(LogFile File, IReadOnlyList<byte[]> FirstLines)> files, SendQueue queue, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var ordered = LogOrder.Sort(
            files, year => LogFormats.Create(name, new LogClock(options.TimeZone, now, year), mapping: options.Mapping), options.Year, now);
        var clock = new LogClock(options.TimeZone, now, options.Year);
        var format = LogFormats.Create(name, clock, local: options.LocalMail, mapping: options.Mapping);
        var state = UnfinishedState.In(StateFolder.For(options.StateFolder, options.Send.Url, options.Send.Key), name);
        var connected = format.Inner as IConnectedFormat;
        connected?.Restore(state.Load()?.Connections ?? []);

        var total = Math.Max(1, ordered.Sum(log => log.File.Size));
        var done = 0L;
        foreach (var (file, firstYear) in ordered)
        {
            clock.BeginFile(firstYear);
            var foreign = UntimedLines.Describe(files.Find(known => known.File == file).FirstLines) ?? $"none of its lines is from a {name} log";
            await ReadFileAsync(foreign, file, format, queue, position => progress?.Report((double)(done + position) / total), cancellationToken);
            done += file.Size;
        }

        var kept = UnfinishedMessages.Join(state.Load()?.Messages ?? [], format.Messages.Unfinished(), format.Messages, now);
        if (options.SendIncomplete)
        {
            kept = kept with { Messages = UnfinishedMessages.ReportIncomplete(kept.Messages, format.Messages) };
        }

        Take(format.Messages, new LinePlace("(joined with earlier imports)", 0));
        _held.Drain(_ready);
        await FlushAsync(queue);
        await queue.CompleteAsync();

        // Only now: what is forgotten here has arrived.
        state.Save(new UnfinishedState(UnfinishedState.CurrentVersion, kept.Messages)
        {
            Connections = connected is null ? null : [.. connected.Connections()],
        });
        _summary.Deliveries = format.Messages.Reported;
        _summary.Rejections = format.Messages.Rejections;
        _summary.Waiting = kept.WaitingAttempts;
        _summary.SentIncomplete = options.SendIncomplete;
        _summary.Layers = format.Layers;
        _summary.Dropped = format.Messages.DroppedMessages + kept.Dropped;
    }

    private async Task ReadFileAsync(string foreign, LogFile file, ILogFormat format, SendQueue queue, Action<long> report, CancellationToken cancellationToken)
    {
        LineReader? reader = null;
        var understood = _summary.Understood;
        var used = _summary.Used;
        try
        {
            await using var stream = file.Open(out var raw);
            reader = new LineReader(stream);
            while (ReadUntilBatch(file, reader, format))
            {
                cancellationToken.ThrowIfCancellationRequested();
                await FlushAsync(queue);
                report(file.IsStandardInput ? 0 : raw.Position);
            }

            _summary.Add(new ReadFile(file.Path, reader.LineNumber, _summary.Used - used));
            if (reader.LineNumber > 0 && _summary.Understood == understood)
            {
                _summary.FailAsForeign($"{file.Path}: {foreign}");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _summary.Fail($"{new LinePlace(file.Path, reader?.LineNumber ?? 0)}: cannot be read any further: {exception.Message}");
        }
    }

    /// <summary>False at the end of the log.</summary>
    private bool ReadUntilBatch(LogFile file, LineReader reader, ILogFormat format)
    {
        while (_ready.Count < options.Send.BatchSize)
        {
            if (!reader.TryRead(out var line, out var tooLong))
            {
                return false;
            }

            var outcome = tooLong ? LineOutcome.TooLong : format.Read(line);
            _summary.Count(outcome);
            if (outcome >= LineOutcome.NotThisFormat)
            {
                _summary.Skip(new LinePlace(file.Path, reader.LineNumber), outcome, format.Problem);
            }

            Take(format.Messages, new LinePlace(file.Path, reader.LineNumber));
        }

        return true;
    }

    /// <summary>What a line completed.</summary>
    private void Take(MessageTable messages, LinePlace place)
    {
        foreach (var told in messages.Ready)
        {
            _summary.Local += told.Attempt.Local ? 1 : 0;
            _summary.Inward.Add(told.Attempt, told.Message);
            _held.Add(told, place, _ready);
        }

        messages.Ready.Clear();
    }

    /// <summary>Queues what is ready, in batches.</summary>
    private async Task FlushAsync(SendQueue queue)
    {
        for (var start = 0; start < _ready.Count; start += options.Send.BatchSize)
        {
            await queue.AddAsync(new EventBatch(_ready.GetRange(start, Math.Min(options.Send.BatchSize, _ready.Count - start))));
        }

        _ready.Clear();
    }
}
