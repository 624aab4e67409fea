namespace MailStats.Mail.Suppression;

/// <summary>One entry that a transaction touches: read once, changed in memory, written once.</summary>
/// <param name="listed">Whose it is.</param>
/// <param name="facts">As stored.</param>
/// <param name="settings">That hold for it.</param>
/// <param name="now">Microseconds of Unix time.</param>
public sealed class TouchedAddress(ListedAddress listed, SuppressionFacts facts, SuppressionSettings settings, long now)
{
    private readonly Suppressing? _before = facts.At(now, settings);

    public ListedAddress Listed => listed;

    public SuppressionFacts Facts => facts;

    public bool Changed { get; set; }

    /// <summary>Why it is suppressed now.</summary>
    public Suppressing? Why => facts.At(now, settings);

    /// <summary>By what lists order it: the cause and the time that it has until anything of it expires. Unknown where it is not on the list.</summary>
    public (SuppressionCause Cause, long Since) Place =>
        facts.At(long.MinValue, settings) is { } why ? (why.Cause, why.Since) : (SuppressionCause.Unknown, 0);

    /// <summary>Takes in what a delivery tells.</summary>
    /// <param name="told">What it tells.</param>
    /// <param name="earlier">Deliveries to the address that were told of before it was known here.</param>
    public void Hear(in ToldOfAddress told, IEnumerable<DeliveredMail> earlier)
    {
        if (told.Speaks && listed.Domain is null)
        {
            Changed |= facts.Hear(told.DeliveryName(), told.Failure, told.Complaint);
        }

        if (told.Delivered() is { } mail)
        {
            Changed |= facts.Deliver(mail);
        }

        foreach (var before in earlier)
        {
            Changed |= facts.Deliver(before);
        }
    }

    /// <summary>What to publish of the change; null where there is nothing to tell.</summary>
    public SuppressionNotice? Notice(DateTimeOffset at) => Changed ? SuppressionNotice.Of(listed, _before, Why, facts, at) : null;
}
