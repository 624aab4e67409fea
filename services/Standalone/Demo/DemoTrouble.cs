namespace MailStats.Standalone.Demo;

/// <summary>What goes wrong in the demo, so that there is something to find; it follows from the time of acceptance alone.</summary>
/// <param name="IsFinal">The message fails; else it is put off and delivered later.</param>
/// <param name="Replies">What the receiver says of it.</param>
internal sealed record DemoTrouble(bool IsFinal, DemoReply[] Replies)
{
    private const string Shop = "harbor-books.example";

    private static readonly DemoReceiver Gmail = DemoCast.Receivers[0];
    private static readonly DemoReceiver Microsoft = DemoCast.Receivers[1];

    private static readonly DemoTrouble Refused = new(true,
    [
        new(1, "550 5.7.509 Access denied, sending domain {sender} does not pass DMARC verification and has a DMARC policy of reject"),
    ]);

    private static readonly DemoTrouble SlowedDown = new(false,
    [
        new(1, "421 4.7.28 Gmail has detected an unusual rate of mail from your domain {sender}, to protect our users it is rate limited"),
    ]);

    /// <summary>Of the past: Microsoft refuses each Wednesday's campaign. Null where all is as usual.</summary>
    public static DemoTrouble? OfMonth(DemoMailbox mailbox, DemoReceiver receiver, DateTimeOffset accepted) =>
        mailbox.IsCampaign && receiver == Microsoft && accepted.UtcDateTime.DayOfWeek == DayOfWeek.Wednesday ? Refused : null;

    /// <summary>Of the trickle: Gmail slows the shop down for twelve of every twenty minutes.</summary>
    public static DemoTrouble? OfTrickle(DemoMailbox mailbox, DemoReceiver receiver, DateTimeOffset accepted) =>
        mailbox.Domain == Shop && receiver == Gmail && accepted.Minute % 20 < 12 ? SlowedDown : null;
}
