namespace MailStats.Mail.Addresses;

/// <summary>
/// The mailboxes of senders that were read lately: the same few send again and again, and need not be taken apart each time. A
/// function's results, so whoever finds one finds what would be found anew. Used by any thread.
/// </summary>
internal static class KnownMailboxes
{
    /// <summary>Senders that are kept; of two for the same place the later stays. With their texts two megabytes at most.</summary>
    private const int MaxKept = 1 << 12;

    /// <summary>Characters of a sender that is kept: longer ones are of one message.</summary>
    public const int MaxLength = 128;

    private static readonly Known?[] Kept = new Known?[MaxKept];

    public static bool TryFind(string? headerFrom, string? envelopeSender, out Mailbox? mailbox)
    {
        var known = Kept[PlaceOf(headerFrom, envelopeSender)];
        var isIt = known is not null && known.HeaderFrom == headerFrom && known.EnvelopeSender == envelopeSender;
        mailbox = isIt ? known!.Mailbox : null;

        return isIt;
    }

    public static void Keep(string? headerFrom, string? envelopeSender, Mailbox? mailbox)
    {
        if ((headerFrom?.Length ?? 0) + (envelopeSender?.Length ?? 0) <= MaxLength)
        {
            Kept[PlaceOf(headerFrom, envelopeSender)] = new(headerFrom, envelopeSender, mailbox);
        }
    }

    private static int PlaceOf(string? headerFrom, string? envelopeSender) =>
        HashCode.Combine(headerFrom, envelopeSender) & (MaxKept - 1);

    private sealed record Known(string? HeaderFrom, string? EnvelopeSender, Mailbox? Mailbox);
}
