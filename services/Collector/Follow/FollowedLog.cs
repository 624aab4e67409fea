using MailStats.Collector.Formats;
using MailStats.Collector.Joining;
using MailStats.Collector.Reading;
using MailStats.Collector.Sending;
using MailStats.Collector.State;
using MailStats.Collector.Tailing;

namespace MailStats.Collector.Follow;

/// <summary>A followed log with its format and the messages being joined.</summary>
internal sealed class FollowedLog : IDisposable
{
    private const int GuessLines = 200;

    private readonly TailedLog? _tail;
    private readonly PumpedInput? _input;
    private readonly LineReader? _lines;
    private readonly FollowOptions _options;
    private readonly TimeProvider _time;
    private readonly List<PlacedEvent> _ready = [];
    private readonly List<byte[]> _unguessed = [];
    private readonly LogClock _clock;
    private readonly LogState? _saved;
    private string? _file;
    private long _droppedMessages;
    private long _droppedAttempts;

    public FollowedLog(string path, LogState? saved, FollowOptions options, TimeProvider time, Action<string> report)
    {
        Path = path;
        _options = options;
        _time = time;
        _saved = saved;
        if (path == LogFile.StandardInput)
        {
            _input = new PumpedInput(Console.OpenStandardInput());
            _lines = new LineReader(_input, grows: true);
        }
        else
        {
            _tail = new TailedLog(path, saved?.Position, time, report);
        }

        _clock = new LogClock(options.TimeZone, time.GetUtcNow);
        if (saved is { ReadTo: not 0 })
        {
            _clock.GoOnAfter(saved.ReadTo);
        }

        if ((saved?.Format ?? options.Format) is { } format)
        {
            Begin(format);
        }
    }

    public string Path { get; }

    /// <summary>Why there is nothing to read; null while there is a log.</summary>
    public string? Problem => _tail?.Problem;

    /// <summary>Why lines were read and nothing came of them; null where their format is known, or may yet be.</summary>
    public string? WhyUnread() =>
        Format is not null || _unguessed.Count == 0 ? null
        : UntimedLines.Describe(_unguessed) is { } untimed ? $"{Path}: {untimed}"
        : Lines >= GuessLines ? $"{Path}: not a known mail log, or no delivery among its lines so far; --format gives its format"
        : null;

    /// <summary>True when standard input has ended. A log never does.</summary>
    public bool HasEnded => _input is { IsAtEnd: true };

    /// <summary>Null until enough was read to guess it.</summary>
    public LayeredFormat? Format { get; private set; }

    public long Lines { get; private set; }

    /// <summary>Lines that could not be used since they were last reported.</summary>
    public Dictionary<LineOutcome, (long Count, LinePlace First)> Skipped { get; } = [];

    /// <summary>Messages, and the attempts lost with them, given up for age or number since the last time this was asked.</summary>
    public (long Messages, long Attempts) TakeDropped()
    {
        if (Format is not { } format)
        {
            return default;
        }

        var dropped = (format.Messages.DroppedMessages - _droppedMessages, format.Messages.DroppedAttempts - _droppedAttempts);
        (_droppedMessages, _droppedAttempts) = (format.Messages.DroppedMessages, format.Messages.DroppedAttempts);

        return dropped;
    }

    /// <summary>Reads until a batch is full or the log's end is reached; the batch may be empty.</summary>
    public EventBatch Read(int maximumLines, out bool atEnd)
    {
        atEnd = true;
        for (var lines = 0; lines < maximumLines && (Format is null || _ready.Count < _options.Send.BatchSize); lines++)
        {
            if (!TryRead(out var line, out var tooLong))
            {
                return Take();
            }

            Lines++;
            Read(line, tooLong);
        }

        atEnd = false;

        return Take();
    }

    /// <summary>What the next run needs to go on here. Only for when everything taken so far has arrived.</summary>
    public LogState State() => Format is null
        ? new LogState { Position = _saved?.Position }
        : new LogState
        {
            Format = Format.Name,
            Position = _tail?.Position,
            ReadTo = _clock.Current,
            Header = (Format.Inner as IHeadedFormat)?.Header,
            Messages = [.. Format.Messages.Open()],
            Hosts = [.. Format.Messages.Hosts()],
            Connections = Format.Inner is IConnectedFormat connected ? [.. connected.Connections()] : null,
        };

    public void Dispose() => _tail?.Dispose();

    private bool TryRead(out ReadOnlySpan<byte> line, out bool tooLong)
    {
        if (_tail is not null)
        {
            return _tail.TryRead(out line, out tooLong);
        }

        if (_input!.IsAtEnd)
        {
            _lines!.StopGrowing();
        }

        return _lines!.TryRead(out line, out tooLong);
    }

    private void Begin(string format)
    {
        if (format == LogFormats.Mapped && _options.Mapping is null)
        {
            throw new StateException($"{Path} was followed with --map before: give the mapping again, or another state folder");
        }

        Format = LogFormats.Create(format, _clock, _options.MaximumMessages, _options.LocalMail, _options.Mapping);
        if (Format.Inner is IHeadedFormat headed)
        {
            headed.Header = _saved?.Header;
        }

        var imported = _saved is null ? UnfinishedState.In(_options.StateFolder, format).Load() : null;
        var unfinished = _saved?.Messages ?? imported?.Messages.Where(message => message is { BeganAt: not 0, EndedAt: 0 });
        Format.Messages.Restore(_saved?.Hosts ?? [], unfinished ?? []);
        (Format.Inner as IConnectedFormat)?.Restore(_saved?.Connections ?? imported?.Connections ?? []);
    }

    private void Read(ReadOnlySpan<byte> line, bool tooLong)
    {
        var place = _tail?.Place ?? (Path, _lines!.LineNumber);
        if (place.File != _file)
        {
            _file = place.File;
            _clock.BeginFile(null);
        }

        if (Format is null)
        {
            Guess(line);
            return;
        }

        var outcome = tooLong ? LineOutcome.TooLong : Format.Read(line);
        if (outcome >= LineOutcome.NotThisFormat)
        {
            var known = Skipped.GetValueOrDefault(outcome, (0, new LinePlace(place.File, place.Line)));
            Skipped[outcome] = (known.Item1 + 1, known.Item2);
        }

        Gather(Format.Messages, new LinePlace(place.File, place.Line));
    }

    private void Guess(ReadOnlySpan<byte> line)
    {
        _unguessed.Add(line.ToArray());
        if (LogFormats.Guess(_unguessed, _time.GetUtcNow()) is { } name)
        {
            Begin(name);
            foreach (var earlier in _unguessed)
            {
                Format!.Read(earlier);
            }

            _unguessed.Clear();
        }
        else if (_unguessed.Count >= GuessLines)
        {
            _unguessed.RemoveRange(0, GuessLines / 2);
        }
    }

    /// <summary>Events that are ready.</summary>
    public EventBatch Take()
    {
        if (Format is { } format)
        {
            Gather(format.Messages, new LinePlace(Path, 0));
        }

        var batch = new EventBatch([.. _ready]);
        _ready.Clear();

        return batch;
    }

    private void Gather(MessageTable messages, LinePlace place)
    {
        foreach (var told in messages.Ready)
        {
            _ready.Add(new(told.ToEvent(), place));
        }

        messages.Ready.Clear();
    }
}
