namespace MailStats.Mail.Attempts;

/// <summary>What is counted in one bucket.</summary>
/// <param name="Domain">Sending domain.</param>
/// <param name="Provider">Receiving provider.</param>
/// <param name="OutgoingIp">Empty where it is not known, and for times to deliver.</param>
/// <param name="Mark">
/// The <see cref="AttemptOutcome"/> of attempts, with <see cref="TallyKey.Again"/> where an earlier one of the delivery is known; the
/// <see cref="TimeBins">bin</see> of times to deliver.
/// </param>
/// <param name="Reason">Empty where there is none, and for times to deliver.</param>
public readonly record struct TallyKey(string Domain, string Provider, string OutgoingIp, int Mark, string Reason)
{
    /// <summary>Added to the outcome of what is not the first attempt of its delivery. Stored: never changed.</summary>
    public const int Again = 8;

    public AttemptKey AsAttempt => new(Domain, Provider, OutgoingIp, (AttemptOutcome)(Mark & ~Again), Reason);

    /// <summary>A row of attempts.</summary>
    public AttemptRow AsRow(DateTimeOffset start, TimeSpan length, long count) =>
        new(start, length, AsAttempt, count, (Mark & Again) == 0 && AsAttempt.Outcome != AttemptOutcome.Complained ? count : 0);
}

/// <summary>One count of one delivery.</summary>
/// <param name="Tier">What it counts.</param>
/// <param name="Bucket">When: stretches of the tier since 1970.</param>
/// <param name="Key">For whom.</param>
public readonly record struct TallyLine(TallyTier Tier, long Bucket, TallyKey Key);
