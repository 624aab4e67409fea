using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores.Incidents;
using System.Text.Json.Serialization;

namespace MailStats.Query.Incidents;

/// <summary>A page of incidents.</summary>
public sealed record IncidentPage
{
    /// <summary>Latest first.</summary>
    public required IReadOnlyList<IncidentItem> Items { get; init; }

    /// <summary>Goes on behind this page; null at the end.</summary>
    /// <example>"AAECAwQFBgcICQoLDA0ODw"</example>
    public required string? Next { get; init; }
}

/// <summary>Failures that have one cause in one place. A place that is absent means all of them.</summary>
public sealed record IncidentItem
{
    /// <example>"5f0c6a1b2d3e4f5061728394"</example>
    public required string Id { get; init; }

    public required IncidentKind Kind { get; init; }

    /// <summary><c>open</c> while it goes on, then <c>closed</c>.</summary>
    /// <example>"open"</example>
    [IncidentState]
    public required string State { get; init; }

    /// <summary>Sending domain.</summary>
    /// <example>"shop.example"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Domain { get; init; }

    /// <summary>The mailbox that the brake has stopped; absent for all that is found in the attempts.</summary>
    /// <example>"ann@shop.example"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Mailbox { get; init; }

    /// <summary>Receiving provider, or the recipients' domain where none is known.</summary>
    /// <example>"Gmail"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Provider { get; init; }

    /// <summary>The address that our host sends from.</summary>
    /// <example>"192.0.2.25"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OutgoingIp { get; init; }

    /// <summary>The most likely minute of the change.</summary>
    /// <example>"2026-03-25T09:40:00Z"</example>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it was evident.</summary>
    /// <example>"2026-03-25T09:45:00Z"</example>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When it was over: mail got through again after the last failure. Told when mail has shown it, which may be hours later.</summary>
    /// <example>"2026-03-25T11:05:00Z"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Recipients whose first attempt failed.</summary>
    /// <example>214</example>
    public required long Failed { get; init; }

    /// <summary>Recipients of them that wait in the queues.</summary>
    /// <example>180</example>
    public required long Waiting { get; init; }

    /// <summary>Id of the wider incident that it turned out to be a part of; it is over as such.</summary>
    /// <example>"9a0b1c2d3e4f506172839405"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PartOf { get; init; }

    /// <summary>First attempts in its place in the day before it, and those that failed like this.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IncidentCounts? Before { get; init; }

    /// <summary>The same since it began, in the first day of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IncidentCounts? Since { get; init; }

    /// <summary>Ids of up to five deliveries that failed, the earliest first: their trails are at <c>/v1/deliveries/{id}</c>.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>Share of first attempts that fail, 0 to 1.</summary>
    /// <example>0.93</example>
    public required double Rate { get; init; }

    /// <summary>The share that is usual there.</summary>
    /// <example>0.004</example>
    public required double UsualRate { get; init; }

    /// <summary>Up to three replies that say it best.</summary>
    public required IReadOnlyList<IncidentReply> Replies { get; init; }

    /// <summary>What happens.</summary>
    /// <example>"Authentication fails: mail from shop.example to Gmail fails for 214 recipients so far."</example>
    public required string Summary { get; init; }

    /// <summary>What to do.</summary>
    /// <example>"Check SPF, DKIM, DMARC, the reverse name and TLS of what changed last."</example>
    public required string Advice { get; init; }

    /// <summary>What is normal beside it.</summary>
    /// <example>"At the same time 0.3 % of 812 first attempts for other receivers failed like this: it concerns this receiver alone."</example>
    public required string Contrast { get; init; }

    /// <summary>When a person said that it was seen.</summary>
    /// <example>"2026-03-25T09:52:11Z"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? AcknowledgedAt { get; init; }

    /// <summary>Nothing is told of it until then.</summary>
    /// <example>"2026-03-26T09:00:00Z"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? MutedUntil { get; init; }

    internal static IncidentItem Of(StoredIncident stored, IReadOnlyList<IncidentMute> mutes) => new()
    {
        Id = stored.Incident.Id,
        Kind = stored.Incident.Kind,
        State = stored.Incident.ClosedAt is null ? "open" : "closed",
        Domain = stored.Incident.Domain,
        Mailbox = stored.Incident.Mailbox,
        Provider = stored.Incident.Provider,
        OutgoingIp = stored.Incident.OutgoingIp,
        StartedAt = stored.Incident.StartedAt,
        OpenedAt = stored.Incident.OpenedAt,
        ClosedAt = stored.Incident.ClosedAt,
        Failed = stored.Incident.Failed,
        Waiting = stored.Incident.Waiting,
        PartOf = stored.Incident.PartOf,
        Before = stored.Incident.Before,
        Since = stored.Incident.Since,
        Examples = stored.Incident.Examples,
        Rate = stored.Incident.Rate,
        UsualRate = stored.Incident.UsualRate,
        Replies = stored.Incident.Replies,
        Summary = stored.Incident.Summary,
        Advice = stored.Incident.Advice,
        Contrast = stored.Incident.Contrast,
        AcknowledgedAt = stored.AcknowledgedAt,
        MutedUntil = mutes.Where(mute => mute.Covers(stored.Incident)).Select(mute => (DateTimeOffset?)mute.Until).Max(),
    };
}

/// <summary>What to be silent about; what is absent means all.</summary>
public sealed record IncidentMuteBody
{
    /// <summary>A kind of incidents.</summary>
    public IncidentKind? Kind { get; init; }

    /// <summary>A sending domain.</summary>
    /// <example>"shop.example"</example>
    public string? Domain { get; init; }

    /// <summary>A receiving provider.</summary>
    /// <example>"Gmail"</example>
    public string? Provider { get; init; }

    /// <summary>For how long, 1 to 8760.</summary>
    /// <example>24</example>
    public int? Hours { get; init; }
}
