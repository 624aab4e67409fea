namespace MailStats.Contracts;

/// <summary>Failures that have one cause in one place, from the first to the last. A place that is absent means all of them.</summary>
public sealed record Incident
{
    /// <summary>Lower-case hexadecimal. The same for the same attempts, wherever they are looked at.</summary>
    public required string Id { get; init; }

    /// <summary>What kind of trouble it is.</summary>
    public required IncidentKind Kind { get; init; }

    /// <summary>The sending domain.</summary>
    public string? Domain { get; init; }

    /// <summary>The mailbox that the brake has stopped; null for all that is found in the attempts.</summary>
    public string? Mailbox { get; init; }

    /// <summary>The receiving provider, or the recipients' domain where none is known.</summary>
    public string? Provider { get; init; }

    /// <summary>The address that our host sends from.</summary>
    public string? OutgoingIp { get; init; }

    /// <summary>The most likely minute of the change, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was evident, UTC, in the time of the attempts.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>
    /// When it was over, UTC: when mail got through again after the last failure, which may be told hours later; null while it goes on.
    /// </summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Recipients whose first attempt failed.</summary>
    public required long Failed { get; init; }

    /// <summary>Recipients that waited in the queues when it was looked at last.</summary>
    public long Waiting { get; init; }

    /// <summary>The id of the wider incident that it turned out to be a part of; it is over as such.</summary>
    public string? PartOf { get; init; }

    /// <summary>What happened in its place in the day before it; null for silence.</summary>
    public IncidentCounts? Before { get; init; }

    /// <summary>What happened in its place since, in the first day of it.</summary>
    public IncidentCounts? Since { get; init; }

    /// <summary>Ids of up to five deliveries that failed, the earliest first: each has a trail.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>Share of first attempts that fail, 0 to 1.</summary>
    public required double Rate { get; init; }

    /// <summary>The share that is usual there.</summary>
    public required double UsualRate { get; init; }

    /// <summary>Up to three replies that say it best, most frequent first.</summary>
    public IReadOnlyList<IncidentReply> Replies { get; init; } = [];

    /// <summary>What happens, in one or two sentences.</summary>
    public required string Summary { get; init; }

    /// <summary>What to do.</summary>
    public required string Advice { get; init; }

    /// <summary>What is normal beside it: it tells whose fault it is.</summary>
    public required string Contrast { get; init; }
}

/// <summary>What the receiving server said.</summary>
public sealed record IncidentReply
{
    /// <summary>One of the replies as it was said.</summary>
    public required string Text { get; init; }

    /// <summary>SMTP reply code (RFC 5321 §4.2), where a server answered.</summary>
    public int? SmtpCode { get; init; }

    /// <summary>Enhanced status code (RFC 3463), where there is one.</summary>
    public string? EnhancedCode { get; init; }

    /// <summary>The page of the receiver that explains it, where one is known.</summary>
    public string? Documentation { get; init; }

    /// <summary>Recipients that it was said about, among those looked at.</summary>
    public required long Count { get; init; }
}

/// <summary>First attempts: mail that waits is tried again and again, and ten tries of one recipient are one misfortune.</summary>
/// <param name="Tried">All of them.</param>
/// <param name="Failed">Those that failed for the incident's causes.</param>
public sealed record IncidentCounts(long Tried, long Failed);
