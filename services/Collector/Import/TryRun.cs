using System.Text.Json;
using MailStats.Collector.Formats;
using MailStats.Collector.Reading;
using MailStats.Collector.Sending;
using MailStats.Contracts;

namespace MailStats.Collector.Import;

/// <summary><c>import --try</c>: shows what would be sent of a log's first deliveries, and what is wrong with its lines. Nothing is sent or kept.</summary>
internal sealed class TryRun(IReadOnlyList<string> files, string? format, Func<string, ILogFormat> create, TimeProvider time, TextWriter output)
{
    public const int MaximumDeliveries = 10;

    private readonly List<(string Key, string Recipient)> _deliveries = [];
    private readonly List<SubmittedEvent> _events = [];
    private readonly List<string> _problems = [];
    private long _lines;

    /// <returns>The program's exit code: 1 when no delivery was found.</returns>
    public int Run()
    {
        foreach (var path in files)
        {
            try
            {
                Read(new LogFile(path));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                Note($"{path}: cannot be read: {exception.Message}");
            }

            if (_deliveries.Count > MaximumDeliveries)
            {
                break;
            }
        }

        foreach (var delivery in _deliveries.Take(MaximumDeliveries))
        {
            Show(delivery);
        }

        _problems.ForEach(output.WriteLine);
        output.WriteLine($"{_lines:N0} lines read, {Math.Min(_deliveries.Count, MaximumDeliveries)} deliveries shown, nothing sent");

        return _deliveries.Count == 0 ? 1 : 0;
    }

    private void Read(LogFile file)
    {
        var first = file.FirstLines();
        if ((format ?? LogFormats.Guess(first, time.GetUtcNow())) is not { } name)
        {
            Note($"{file.Path}: {UntimedLines.Describe(first) ?? "not a known mail log; give its format with --format, or describe it with --map"}");

            return;
        }

        var log = create(name);
        using var stream = file.Open(out _);
        var reader = new LineReader(stream);
        while (_deliveries.Count <= MaximumDeliveries && reader.TryRead(out var line, out var tooLong))
        {
            _lines++;
            var outcome = tooLong ? LineOutcome.TooLong : log.Read(line);
            if (outcome >= LineOutcome.NotThisFormat)
            {
                Note(ImportSummary.Describe(new LinePlace(file.Path, reader.LineNumber), outcome, log.Problem));
            }

            foreach (var told in log.Messages.Ready.Select(reported => reported.ToEvent()))
            {
                Take(told);
            }

            log.Messages.Ready.Clear();
        }
    }

    private void Take(SubmittedEvent told)
    {
        var delivery = (told.MessageKey!, told.Recipient!);
        if (!_deliveries.Contains(delivery))
        {
            _deliveries.Add(delivery);
        }

        _events.Add(told);
    }

    private void Show((string Key, string Recipient) delivery)
    {
        output.WriteLine(PlainText.Of(delivery.Recipient));
        foreach (var told in _events.Where(item => (item.MessageKey, item.Recipient) == delivery))
        {
            output.WriteLine($"  {told.Event}");
            var fields = JsonSerializer.SerializeToElement(told, SubmittedEventJson.Default.SubmittedEvent);
            foreach (var field in fields.EnumerateObject().Where(field => field.Name is not ("event" or "recipient")))
            {
                output.WriteLine($"    {field.Name,-14} {PlainText.Of(field.Value.ToString())}");
            }
        }
    }

    private void Note(string problem)
    {
        if (_problems.Count < ImportSummary.MaximumProblems)
        {
            _problems.Add(problem);
        }
    }
}
