namespace MailStats.Ingest.Reports;

/// <summary>What a report says became of one recipient, and by which names it knows the mail.</summary>
internal sealed record ReportedFate
{
    /// <summary>As in <c>SubmittedEvent.Event</c>.</summary>
    public required string Event { get; init; }

    /// <summary>Who it may be about, the likeliest first: the original recipient, the one in a VERP address, the final one.</summary>
    public required IReadOnlyList<string> Recipients { get; init; }

    /// <summary>When it happened; null when the report does not say.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Reply of the server, or what the reporting one says.</summary>
    public string? Reply { get; init; }

    public string? EnhancedCode { get; init; }

    public string? RemoteHost { get; init; }

    /// <summary>The reporter's own word.</summary>
    public string? Verdict { get; init; }

    /// <summary>What the report says of the mail itself.</summary>
    public required OriginalMail Original { get; init; }
}

/// <summary>The mail that a report is about.</summary>
/// <param name="MessageId">Header Message-ID without angle brackets.</param>
/// <param name="EnvelopeId">The envelope's id (RFC 3461 ENVID), or the queue id at the reporting server.</param>
/// <param name="From">Header From.</param>
/// <param name="Subject">Header Subject, decoded.</param>
/// <param name="SentAt">Header Date.</param>
internal sealed record OriginalMail(string? MessageId, string? EnvelopeId, string? From, string? Subject, DateTimeOffset? SentAt);

/// <summary>What mail to the mailbox is.</summary>
internal enum ReportKind
{
    /// <summary>Nothing that MailStats knows: a reply, an unsubscription.</summary>
    Other = 0,

    /// <summary>Delivery report (RFC 3464, or in a server's own words).</summary>
    Delivery = 1,

    /// <summary>Complaint (RFC 5965, or a feedback loop's own form).</summary>
    Complaint = 2,

    /// <summary>Automatic answer: somebody is away, or a mailbox says thanks.</summary>
    Automatic = 3,
}

/// <param name="Kind">What it is.</param>
/// <param name="Id">The same for the report whenever it comes.</param>
/// <param name="Fates">One for each recipient that it tells of.</param>
/// <param name="Refusal">Why it was not read; null when it was.</param>
internal sealed record ReportReading(ReportKind Kind, string Id, IReadOnlyList<ReportedFate> Fates, string? Refusal = null);
