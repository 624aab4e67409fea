using MailStats.Contracts;
using MailStats.Mail.Statistics;

namespace MailStats.Notifier.Letters;

/// <summary>What a letter tells, in numbers: kept with the notice, put into words when it is sent.</summary>
internal sealed record Letter
{
    /// <summary>Of its notices.</summary>
    public const string Type = "Letter";

    /// <summary>As shown.</summary>
    public required string Tenant { get; init; }

    /// <summary>Two letters, <c>en</c> or <c>fr</c>.</summary>
    public required string Language { get; init; }

    /// <summary>First and last day, local to the tenant.</summary>
    public required DateOnly First { get; init; }

    public required DateOnly Last { get; init; }

    public required Counters Now { get; init; }

    public required Counters Before { get; init; }

    /// <summary>Every day of the period.</summary>
    public required IReadOnlyList<LetterDay> Days { get; init; }

    /// <summary>The most frequent reasons of final failures, most frequent first.</summary>
    public required IReadOnlyList<LetterReason> Reasons { get; init; }

    /// <summary>Receivers whose share of bounces changed by more than chance, the greatest difference first.</summary>
    public required IReadOnlyList<LetterReceiver> Receivers { get; init; }

    /// <summary>Those of the period, those that go on first, then by failing recipients.</summary>
    public required IReadOnlyList<Incident> Incidents { get; init; }
}

/// <summary>One local day.</summary>
internal sealed record LetterDay(DateOnly Date, long Delivered, long Bounced);

/// <summary>One reason of final failures in the period and in the one before; what share of the recipients.</summary>
internal sealed record LetterReason(string Reason, RateChange Change);

/// <summary>A receiver's bounces in the period and in the one before.</summary>
internal sealed record LetterReceiver(string Provider, RateChange Change);
