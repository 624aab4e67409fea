namespace MailStats.Collector.Tailing;

/// <summary>
/// Follows the log at a path through rotation by rename, by copy and truncation, and compression of the rotated file.
/// Invariant: files are read one after the other in the order in which they were written, each to its end before the
/// next; <see cref="Position"/> names the first line not returned yet.
/// </summary>
internal sealed class TailedLog(string path, FilePosition? saved, TimeProvider time, Action<string> report) : IDisposable
{
    /// <summary>A renamed log is left only when nothing was written to it for so long and the new one has lines.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>For so long after that it is looked at once more: a process that has it open may still be writing.</summary>
    private static readonly TimeSpan LateFor = TimeSpan.FromMinutes(5);

    private readonly Queue<LogSource> _sources = new();
    private LogSource? _former;
    private long _leftAt;
    private bool _late;
    private FilePosition? _position = saved;
    private bool _located;
    private bool _atEnd;
    private long _lastLine = time.GetTimestamp();

    public string Path => path;

    /// <summary>Where a restart begins; null while nothing was read.</summary>
    public FilePosition? Position => _sources.TryPeek(out var current)
        ? current.Position(time.GetUtcNow().Ticks) with { Former = _former?.Position(time.GetUtcNow().Ticks) }
        : _position;

    /// <summary>Why there is nothing to read; null while there is a log.</summary>
    public string? Problem { get; private set; }

    /// <summary>The file and line last returned.</summary>
    public (string File, long Line) Place =>
        _late && _former is { } former ? (former.Path, former.LineNumber)
        : _sources.TryPeek(out var current) ? (current.Path, current.LineNumber)
        : (path, 0);

    /// <summary>The next line; false when there is none yet. The span holds until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line, out bool tooLong)
    {
        _late = false;
        while (true)
        {
            if (!_sources.TryPeek(out var current))
            {
                if (!Locate())
                {
                    line = default;
                    tooLong = false;
                    return false;
                }

                continue;
            }

            if (_atEnd)
            {
                // Before what was added since is read: is it still the same log?
                _atEnd = false;
                if (_sources.Count == 1 && LeaveTruncated(current))
                {
                    continue;
                }
            }

            if (TryRead(current, out line, out tooLong))
            {
                _lastLine = time.GetTimestamp();
                return true;
            }

            if (_sources.Count > 1)
            {
                Leave(_sources.Dequeue());
                continue;
            }

            if (!FollowRotation(current))
            {
                _ = current.Position(time.GetUtcNow().Ticks);
                _atEnd = true;

                return TryReadLate(out line, out tooLong);
            }
        }
    }

    /// <summary>A packed log that is damaged, or still being packed, ends where reading fails.</summary>
    private bool TryRead(LogSource source, out ReadOnlySpan<byte> line, out bool tooLong)
    {
        try
        {
            return source.Reader.TryRead(out line, out tooLong);
        }
        catch (InvalidDataException exception)
        {
            report($"{source.Path}:{source.LineNumber}: cannot be read any further: {exception.Message}");
            source.Reader.GiveUp();
            line = default;
            tooLong = false;

            return false;
        }
    }

    private void Leave(LogSource source)
    {
        _former?.Dispose();
        _former = source;
        _leftAt = time.GetTimestamp();
    }

    /// <summary>A line that was written to the former log after the new one had begun.</summary>
    private bool TryReadLate(out ReadOnlySpan<byte> line, out bool tooLong)
    {
        line = default;
        tooLong = false;
        if (_former is not { } former)
        {
            return false;
        }

        var isOver = time.GetElapsedTime(_leftAt) >= LateFor;
        if (isOver)
        {
            former.Reader.StopGrowing();
        }

        _late = former.Reader.TryRead(out line, out tooLong);
        if (!_late && isOver)
        {
            former.Dispose();
            _former = null;
        }

        return _late;
    }

    public void Dispose()
    {
        _former?.Dispose();
        while (_sources.TryDequeue(out var source))
        {
            source.Dispose();
        }
    }

    /// <summary>At the end of the live log: true when there is something else to read now.</summary>
    private bool FollowRotation(LogSource live)
    {
        var now = FileIdentity.Of(path);
        if (now == default || now == live.Identity || time.GetElapsedTime(_lastLine) < Grace || new FileInfo(path) is not { Exists: true, Length: > 0 })
        {
            return false;
        }

        Enqueue(path, 0, grows: true);

        return _sources.Count > 1;
    }

    private bool LeaveTruncated(LogSource live)
    {
        if (!live.WasTruncated())
        {
            return false;
        }

        ReadCopyOf(live);
        _sources.Dequeue().Dispose();
        Enqueue(path, 0, grows: true);

        return true;
    }

    /// <summary>Copy and truncate: what was not read yet stands in the copy.</summary>
    private void ReadCopyOf(LogSource live)
    {
        var position = live.Position(time.GetUtcNow().Ticks);
        var copy = position.Offset == 0
            ? null
            : Siblings().Where(file => file.FullName != System.IO.Path.GetFullPath(path)).FirstOrDefault(file => IsSameLog(file, position));
        if (copy is null)
        {
            report($"{path}: was truncated after {position.Offset:N0} bytes were read; what was written to it after that is lost");
            return;
        }

        Enqueue(copy.FullName, position.Offset, grows: false, position);
    }

    /// <summary>Finds what is to be read first: where the last run stopped, also if that log was rotated since, and all that came after.</summary>
    private bool Locate()
    {
        if (_located || _position is not { } position)
        {
            _located = true;
            Enqueue(path, 0, grows: true);

            return _sources.Count > 0;
        }

        if (!CanRead(path))
        {
            // Where it stands is looked up once it can be read.
            return false;
        }

        var siblings = Siblings();
        var before = position.Former is { } former ? siblings.FirstOrDefault(file => IsSameLog(file, former)) : null;
        if (before is not null)
        {
            Enqueue(before.FullName, position.Former!.Offset, grows: false, position.Former);
            siblings.Remove(before);
        }

        var ours = siblings.FirstOrDefault(file =>
                FileIdentity.Of(file.FullName) == new FileIdentity(position.Device, position.Inode) && IsSameLog(file, position))
            ?? siblings.FirstOrDefault(file => IsSameLog(file, position));
        if (ours is null && position.BeginningBytes > 0)
        {
            report($"{path}: the log that was read to byte {position.Offset:N0} is gone; what was written to it after that is lost");
        }

        // A log rotated away while nobody read was last written before those that followed it.
        var since = ours?.LastWriteTimeUtc ?? new DateTime(position.NotedAt, DateTimeKind.Utc);
        foreach (var file in siblings
            .Where(file => file.FullName == ours?.FullName || file.LastWriteTimeUtc > since || IsLive(file))
            .OrderBy(IsLive)
            .ThenBy(file => file.LastWriteTimeUtc))
        {
            if (file.FullName == ours?.FullName)
            {
                Enqueue(file.FullName, position.Offset, IsLive(file), position);
            }
            else if (ours is null || !IsLive(ours))
            {
                Enqueue(file.FullName, 0, IsLive(file));
            }
        }

        _located = true;
        _position = null;

        return _sources.Count > 0;
    }

    /// <summary>False where there is a file and it cannot be read.</summary>
    private bool CanRead(string file)
    {
        if (!File.Exists(file) && !Directory.Exists(file))
        {
            return true;
        }

        try
        {
            using var stream = File.OpenRead(file);

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Problem = $"{file}: cannot be read: {exception.Message}";

            return false;
        }
    }

    private bool IsLive(FileInfo file) => file.FullName == System.IO.Path.GetFullPath(path);

    private List<FileInfo> Siblings()
    {
        var full = System.IO.Path.GetFullPath(path);
        var folder = new DirectoryInfo(System.IO.Path.GetDirectoryName(full)!);

        return folder.Exists ? [.. folder.EnumerateFiles(System.IO.Path.GetFileName(full) + "*").OrderByDescending(file => file.LastWriteTimeUtc)] : [];
    }

    private bool IsSameLog(FileInfo file, FilePosition position)
    {
        try
        {
            return position.IsBeginningOf(LogSource.BeginningOf(file.FullName));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            report($"{file.FullName}: cannot be read: {exception.Message}");

            return false;
        }
    }

    private void Enqueue(string file, long offset, bool grows, FilePosition? position = null)
    {
        try
        {
            var source = LogSource.Open(file, offset, grows);
            if (position is not null)
            {
                source.KnownAs(position);
            }

            _sources.Enqueue(source);
            Problem = null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // The live log may be missing for a moment of a rotation: whoever asks for the problem has waited.
            Problem = $"{file}: cannot be read: {exception.Message}";
            if (!grows)
            {
                report(Problem);
            }
        }
    }
}
