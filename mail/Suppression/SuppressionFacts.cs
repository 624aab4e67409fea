using System.Text.Json;
using System.Text.Json.Serialization;

namespace MailStats.Mail.Suppression;

/// <summary>
/// All that is known of one address: what deliveries say against it, when mail to it was last delivered, what people did.
/// What deliveries say is a set by delivery and a maximum, so any order and any repetition of the same events ends in the
/// same facts; whether the address is suppressed is a function of the facts, the settings and the time.
/// </summary>
public sealed class SuppressionFacts
{
    /// <summary>Deliveries that are kept of each kind, the latest: an address that fails for years stays one small row.</summary>
    public const int MostOfEachKind = 8;

    /// <summary>Times of deliveries that are kept.</summary>
    public const int MostDeliveries = 16;

    [JsonPropertyName("e")]
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public List<SuppressionEvidence> Evidence { get; } = [];

    /// <summary>Deliveries to the address, each once, by time; the latest of very many.</summary>
    [JsonPropertyName("l")]
    [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
    public List<DeliveredMail> Deliveries { get; } = [];

    /// <summary>The latest of them.</summary>
    [JsonIgnore]
    public long? DeliveredAt => Deliveries.Count > 0 ? Deliveries[^1].At : null;

    /// <summary>The latest removal by hand, microseconds of Unix time.</summary>
    [JsonPropertyName("o")]
    public long? RemovedAt { get; set; }

    [JsonPropertyName("m")]
    public GivenEntry? Manual { get; set; }

    [JsonPropertyName("i")]
    public GivenEntry? Import { get; set; }

    [JsonIgnore]
    public bool IsEmpty => Evidence.Count == 0 && RemovedAt is null && Manual is null && Import is null;

    public static SuppressionFacts Read(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize(bytes, SuppressionJson.Default.SuppressionFacts)!;

    /// <summary>
    /// Reads them; where they are damaged, what stands beside them in their row: the address stays on the list as it was, and
    /// leaves it by hand, expiry or delivery.
    /// </summary>
    public static SuppressionFacts Read(ReadOnlySpan<byte> bytes, SuppressionCause cause, long since, out bool isDamaged)
    {
        try
        {
            if (JsonSerializer.Deserialize(bytes, SuppressionJson.Default.SuppressionFacts) is { } facts)
            {
                isDamaged = false;

                return facts;
            }
        }
        catch (JsonException)
        {
            // Said by the answer.
        }

        isDamaged = true;
        var left = new SuppressionFacts();

        if (Enum.IsDefined(cause) && cause != SuppressionCause.Unknown)
        {
            left.Give(cause, null, null, since);
        }

        return left;
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, SuppressionJson.Default.SuppressionFacts);

    /// <summary>Puts what a delivery says now in place of what it said before. False when that changed nothing.</summary>
    /// <param name="delivery">Key of the delivery in hexadecimal.</param>
    /// <param name="said">What it says against the address now, each of another kind.</param>
    public bool Hear(string delivery, params ReadOnlySpan<SuppressionEvidence?> said)
    {
        var before = Evidence.FindAll(known => known.Delivery == delivery);
        var after = new List<SuppressionEvidence>(said.Length);

        foreach (var evidence in said)
        {
            if (evidence is not null)
            {
                var known = before.Find(other => other.EventId == evidence.EventId)?.AcknowledgedAt ?? long.MaxValue;
                var acknowledged = Math.Min(known, evidence.AcknowledgedAt);
                // A failure that another one hid until a new classification took that away: it was acknowledged after it happened.
                after.Add(evidence with { Delivery = delivery, AcknowledgedAt = acknowledged == long.MaxValue ? evidence.At : acknowledged });
            }
        }

        after.Sort(SuppressionEvidence.Compare);

        if (before.SequenceEqual(after))
        {
            return false;
        }

        var whole = Evidence.ToList();
        Evidence.RemoveAll(known => known.Delivery == delivery);
        after.ForEach(Add);

        return !Evidence.SequenceEqual(whole);
    }

    /// <summary>Mail to the address was delivered. False when that was known, or is older than all that are kept.</summary>
    public bool Deliver(DeliveredMail mail)
    {
        var known = Deliveries.FindIndex(other => other.Tag == mail.Tag);

        if ((known >= 0 && Deliveries[known].At >= mail.At) || (known < 0 && Deliveries.Count == MostDeliveries && Order(mail, Deliveries[0]) < 0))
        {
            return false;
        }

        if (known >= 0)
        {
            Deliveries.RemoveAt(known);
        }

        var place = Deliveries.FindIndex(other => Order(other, mail) > 0);
        Deliveries.Insert(place < 0 ? Deliveries.Count : place, mail);

        if (Deliveries.Count > MostDeliveries)
        {
            Deliveries.RemoveAt(0);
        }

        return true;

        static int Order(DeliveredMail left, DeliveredMail right) => (left.At, left.Tag).CompareTo((right.At, right.Tag));
    }

    /// <summary>
    /// Puts the address on the list by hand or out of a file. False when it says nothing new. What is imported as a bounce, a
    /// complaint or a provider's entry is treated as such from then on.
    /// </summary>
    public bool Give(SuppressionCause cause, string? reason, long? expiresAt, long now)
    {
        // Later than any removal, also where a clock was set back.
        var at = RemovedAt >= now ? RemovedAt.Value + 1 : now;

        switch (cause)
        {
            case SuppressionCause.Manual or SuppressionCause.Import:
                var known = cause == SuppressionCause.Manual ? Manual : Import;
                var given = new GivenEntry(at, reason, expiresAt);

                if (known is not null && IsAfterRemoval(known.At) && given with { At = known.At } == known)
                {
                    return false;
                }

                (Manual, Import) = cause == SuppressionCause.Manual ? (given, Import) : (Manual, given);

                return true;
            default:
                var kind = cause switch
                {
                    SuppressionCause.HardBounce => EvidenceKind.Hard,
                    SuppressionCause.Complaint => EvidenceKind.Complaint,
                    SuppressionCause.Provider => EvidenceKind.Provider,
                    _ => throw new ArgumentOutOfRangeException(nameof(cause)),
                };

                if (Evidence.Exists(other => other.Kind == kind && Counts(other) && (expiresAt is null || other.ExpiresAt >= expiresAt)))
                {
                    return false;
                }

                Evidence.RemoveAll(other => other.Kind == kind && other.Delivery.Length == 0);
                Add(new() { Kind = kind, At = at, AcknowledgedAt = at, Reason = reason, ExpiresAt = expiresAt });

                return true;
        }
    }

    /// <summary>Takes the address off the list: whatever was acknowledged or added before holds no more.</summary>
    public void Remove(long now)
    {
        var latest = Math.Max(now, Math.Max(Manual?.At ?? long.MinValue, Import?.At ?? long.MinValue));
        RemovedAt = Math.Max(RemovedAt ?? long.MinValue, Evidence.Aggregate(latest, (most, evidence) => Math.Max(most, evidence.AcknowledgedAt)));
        (Manual, Import) = (null, null);
    }

    /// <summary>Why the address is suppressed at a time; null when it is not.</summary>
    public Suppressing? At(long now, SuppressionSettings settings)
    {
        // Those first that hold longest: what an entry says is then true until it goes.
        return OfHand(SuppressionCause.Manual, Manual, now)
            ?? OfKind(SuppressionCause.Complaint, EvidenceKind.Complaint, settings.ComplaintDays, needed: 1, now)
            ?? OfHand(SuppressionCause.Import, Import, now)
            ?? OfKind(SuppressionCause.Provider, EvidenceKind.Provider, settings.HardBounceDays, needed: 1, now)
            ?? OfKind(SuppressionCause.HardBounce, EvidenceKind.Hard, settings.HardBounceDays, needed: 1, now)
            ?? OfKind(SuppressionCause.HardBounce, EvidenceKind.Weak, Math.Min(settings.HardBounceDays, SuppressionSettings.WeakDays), needed: 2, now);
    }

    /// <summary>
    /// What refusing from the first evidence on would have done to mail of a time: failures and complaints spared, deliveries
    /// lost. A delivery that lifts an entry is one that would not have been made.
    /// </summary>
    public (int Spared, int Lost) Effect(long from, long to, SuppressionSettings settings)
    {
        var counted = Evidence.FindAll(evidence => IsAfterRemoval(evidence.AcknowledgedAt));
        counted.Sort(static (left, right) => left.At.CompareTo(right.At));
        var weak = counted.FindAll(evidence => evidence.Kind == EvidenceKind.Weak);
        var begins = counted.Where(evidence => evidence.Kind != EvidenceKind.Weak).Select(evidence => (long?)evidence.At)
            .Concat([weak.Count > 1 ? weak[1].At : null, Manual?.At, Import?.At])
            .Min();

        if (begins is not { } since)
        {
            return (0, 0);
        }

        var end = Math.Min(to, Manual is null && Import is null ? counted.Max(evidence => evidence.At) + Microseconds(settings.HardBounceDays) : long.MaxValue);
        from = Math.Max(from, since + 1);

        return (
            counted.Where(evidence => evidence.Delivery.Length > 0 && evidence.At >= from && evidence.At < end)
                .Select(evidence => evidence.Delivery).Distinct().Count(),
            Deliveries.Count(mail => mail.At >= from && mail.At < end));
    }

    private static long Microseconds(int days) => days * (TimeSpan.TicksPerDay / TimeSpan.TicksPerMicrosecond);

    private Suppressing? OfHand(SuppressionCause cause, GivenEntry? given, long now) =>
        given is not null && IsAfterRemoval(given.At) && !(now >= given.ExpiresAt) ? new(cause, given.At, given.ExpiresAt, given.Reason, null, null) : null;

    private Suppressing? OfKind(SuppressionCause cause, EvidenceKind kind, int? days, int needed, long now)
    {
        var first = (SuppressionEvidence?)null;
        var last = (SuppressionEvidence?)null;
        var count = 0;

        foreach (var evidence in Evidence)
        {
            if (evidence.Kind == kind && Counts(evidence))
            {
                first ??= evidence;
                last = evidence;
                count++;
            }
        }

        if (count < needed || last is null)
        {
            return null;
        }

        var expiresAt = last.ExpiresAt ?? (days is { } kept ? last.At + Microseconds(kept) : null);

        return now >= expiresAt ? null : new(cause, first!.At, expiresAt, last.Reason, last.Reply, last.Delivery.Length > 0 ? last.Delivery : null);
    }

    private bool Counts(SuppressionEvidence evidence) =>
        IsAfterRemoval(evidence.AcknowledgedAt) && (evidence.Kind == EvidenceKind.Complaint || !(DeliveredAt > evidence.At));

    private bool IsAfterRemoval(long at) => !(RemovedAt >= at);

    private void Add(SuppressionEvidence evidence)
    {
        var place = Evidence.BinarySearch(evidence, Comparer<SuppressionEvidence>.Create(SuppressionEvidence.Compare));

        if (place >= 0)
        {
            Evidence[place] = evidence;
            return;
        }

        Evidence.Insert(~place, evidence);
        var first = Evidence.FindIndex(other => other.Kind == evidence.Kind);

        if (Evidence.Count(other => other.Kind == evidence.Kind) > MostOfEachKind)
        {
            Evidence.RemoveAt(first);
        }
    }
}

/// <summary>An entry that people made.</summary>
/// <param name="At">When, microseconds of Unix time.</param>
/// <param name="Reason">As written, null for none.</param>
/// <param name="ExpiresAt">Its end, microseconds of Unix time; null for never.</param>
public sealed record GivenEntry(long At, string? Reason, long? ExpiresAt);

/// <summary>Why an address is suppressed.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Since">Microseconds of Unix time.</param>
/// <param name="ExpiresAt">Microseconds of Unix time; null for never.</param>
/// <param name="Reason">The classifier's, or as written.</param>
/// <param name="Reply">What the server said.</param>
/// <param name="Delivery">Key of the delivery in hexadecimal.</param>
public sealed record Suppressing(SuppressionCause Cause, long Since, long? ExpiresAt, string? Reason, string? Reply, string? Delivery);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SuppressionFacts))]
internal sealed partial class SuppressionJson : JsonSerializerContext;
