using MailStats.Contracts;

namespace MailStats.Collector.Joining;

/// <summary>An attempt whose message is known well enough to report it.</summary>
/// <param name="Message">Its message, which may still learn more.</param>
/// <param name="Attempt">What one line says about one recipient.</param>
/// <param name="Source">The log's format, as the event's source.</param>
internal readonly record struct ReportedAttempt(JoinedMessage Message, Attempt Attempt, string Source)
{
    public SubmittedEvent ToEvent() => EventForm.Of(this);
}
