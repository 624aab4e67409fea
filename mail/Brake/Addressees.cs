namespace MailStats.Mail.Brake;

/// <summary>Whom a mailbox's messages of a quarter hour went to.</summary>
/// <param name="Strangers">Recipients that it never wrote to before, as far as they count (<see cref="MostOfOneMessage"/>).</param>
/// <param name="Counted">Recipients, within the same bounds by message.</param>
/// <param name="Twofold">Of a mailbox that knows most of them twice what they count for: a stranger two, one it knows one, within the same bounds.</param>
/// <param name="Messages">Messages.</param>
/// <param name="Familiar">Those of which at least half of the recipients were known.</param>
public sealed record Addressees(long Strangers, long Counted, long Twofold, long Messages, long Familiar)
{
    /// <summary>Recipients that count of one message: an invitation to twenty is one act of a person. A thief sends many messages.</summary>
    public const int MostOfOneMessage = 20;

    /// <summary>Of one to more than that, so many: the first circular to all members, in four parts, stops nobody.</summary>
    public const int MostOfACircular = 10;

    /// <summary>So many recipients whom the mailbox wrote to before count as one: greetings to a hundred pass.</summary>
    public const int KnownForOne = 2;

    /// <param name="recipients">In any order. Who is named in two messages is a stranger in one of them.</param>
    public static Addressees Of(IEnumerable<(ulong Message, ulong Recipient, bool IsStranger)> recipients)
    {
        var sum = new Addressees(0, 0, 0, 0, 0);
        var met = new HashSet<ulong>();

        foreach (var message in recipients.Distinct().GroupBy(one => one.Message).OrderBy(message => message.Key))
        {
            var (all, strangers) = (0, 0);

            foreach (var (_, recipient, isStranger) in message)
            {
                all++;
                strangers += isStranger && met.Add(recipient) ? 1 : 0;
            }

            var most = all > MostOfOneMessage ? MostOfACircular : MostOfOneMessage;
            sum = new(
                sum.Strangers + Math.Min(strangers, most), sum.Counted + Math.Min(all, most),
                sum.Twofold + Math.Min(((KnownForOne - 1) * strangers) + all, KnownForOne * most),
                sum.Messages + 1, sum.Familiar + (2 * strangers <= all ? 1 : 0));
        }

        return sum;
    }
}
