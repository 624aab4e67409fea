using System.Globalization;
using System.Text;
using MailStats.FaultBench.Faults;

namespace MailStats.FaultBench;

/// <summary>What came of one fault.</summary>
internal sealed record Outcome
{
    public required Fault Fault { get; init; }

    public required Traffic Traffic { get; init; }

    public required long Requests { get; init; }

    public required long Unanswered { get; init; }

    public required long Accepted { get; init; }

    public required long AcceptedAgain { get; init; }

    public required long Rejected { get; init; }

    public required Totals? Applied { get; init; }

    /// <summary>From the last answer of Ingest until the numbers stood still and every queue was empty.</summary>
    public required TimeSpan Recovery { get; init; }

    /// <summary>Rollups and counters that differ from the deliveries when all is counted anew.</summary>
    public required long Differences { get; init; }

    /// <summary>The first of them, in words.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>Messages in error queues with the reason of the first.</summary>
    public required IReadOnlyList<(string Queue, long Messages, string Reason)> Errors { get; init; }

    /// <summary>Processor time used, where nothing was restarted.</summary>
    public required IReadOnlyDictionary<string, TimeSpan> Used { get; init; }

    public bool IsConserved =>
        Accepted == Traffic.Events
        && Rejected == Traffic.Wrong
        && Applied == Traffic.Truth
        && Differences == 0
        && Errors.All(error => error.Queue == Fault.ErrorQueue)
        && (Fault.ErrorQueue is null || Errors.Count > 0);

    public string Report()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{(IsConserved ? "ok  " : "FAIL")} {Fault.Name}: {Fault.What}");
        text.AppendLine(
            CultureInfo.InvariantCulture,
                $"     sent      {Traffic.Events,8:N0} events in {Traffic.Batches.Count:N0} requests, "
                + $"and {Traffic.Wrong:N0} wrong items; {Requests:N0} requests made, {Unanswered:N0} of them "
                + $"unanswered and repeated");
        text.AppendLine(CultureInfo.InvariantCulture, $"     accepted  {Accepted,8:N0} events");
        text.AppendLine(CultureInfo.InvariantCulture, $"     repeated  {AcceptedAgain,8:N0} events accepted once more, on purpose");
        text.AppendLine(CultureInfo.InvariantCulture, $"     rejected  {Rejected,8:N0} items");
        text.AppendLine(CultureInfo.InvariantCulture, $"     true      {Traffic.Truth}");
        text.AppendLine(CultureInfo.InvariantCulture, $"     applied   {Applied?.ToString() ?? "no answer"}");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"     recovered {Recovery.TotalSeconds,8:N1} s after the last answer; rows that differ when all is counted anew: {Differences}");

        foreach (var example in Examples.Take(5))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"     differs   {example}");
        }

        foreach (var (queue, messages, reason) in Errors)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"     kept      {messages,8:N0} messages in {queue}: {reason}");
        }

        if (Used.Count > 0)
        {
            var events = Traffic.Events + AcceptedAgain;
            var costs = Used.Select(process => string.Create(CultureInfo.InvariantCulture, $"{process.Key} {process.Value.TotalMicroseconds / events:N1}"));
            text.AppendLine(CultureInfo.InvariantCulture, $"     cost      µs of processor for each accepted event: {string.Join(", ", costs)}");
        }

        return text.ToString();
    }
}
