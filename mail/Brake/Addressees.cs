namespace MailStats.Mail.Brake;

/// <summary>Whom a mailbox's messages of a quarter hour went to.</summary>
/// <param name="Strangers">Recipients that it never wrote to before, as far as they count (<see cref="MostOfOneMessage"/>).</param>
/// <param name="Counted">Recipients, within the same bounds by message.</param>
/// <param name="Twofold">Of a mailbox that knows most of them twice what they count for: a stranger two, one it knows one, within the same bounds.</param>
/// <param name="Messages">Messages.</param>
/// <param name="Familiar">Those of which at least half of the recipients were known.</param>
public sealed record Addressees(long Strangers, long Counted, long Twofold, long Messages, long Familiar)
{
    /// <summary>
    /// A message to more than this is a circular, one act of a person, and so is one to more than <see cref="MostOfACircular"/> of which the
    /// mailbox knows half. A thief sends many messages. Where one of a quarter hour goes to a group that the mailbox knows half of, the others to more
    /// than <see cref="MostOfACircular"/> are circulars too: who writes to a class it knows and to four it does not is no thief. So are they
    /// where they are of <see cref="SizesOfGroups"/> sizes, at first.
    /// </summary>
    public const int SmallCircular = 20;

    /// <summary>A group of people is no larger. A message to more is a circular where the mailbox sent one at least half as large before.</summary>
    public const int LargestGroup = 40;

    /// <summary>
    /// Circulars to strangers of a quarter hour are parts of one up to so many recipients together, or up to twice as many as the mailbox sent so before.
    /// </summary>
    public const int LargestOfParts = 100;

    /// <summary>
    /// A program cuts a list into equal parts and a rest, which are two sizes. Messages to more than <see cref="MostOfACircular"/> of so many sizes in
    /// a quarter hour go to groups of people, as a teacher's first letter to all classes does. Only in the first four weeks, in which parts of more
    /// than <see cref="SmallCircular"/> each pass as well: later it would help a thief who varies them.
    /// </summary>
    public const int SizesOfGroups = 3;

    /// <summary>Of a mailbox that has mostly not sent one yet the circulars of a quarter hour may have any number of recipients.</summary>
    public const long NoEnd = long.MaxValue;

    /// <summary>Recipients that count of a circular.</summary>
    public const int MostOfACircular = 10;

    /// <summary>Recipients that count of all circulars of a quarter hour: they are mostly parts of one.</summary>
    public const int MostOfCirculars = 20;

    /// <summary>Recipients that count of a message that is none.</summary>
    public const int MostOfOneMessage = 40;

    /// <summary>So many recipients whom the mailbox wrote to before count as one: greetings to a hundred pass.</summary>
    public const int KnownForOne = 2;

    private static readonly Addressees Nobody = new(0, 0, 0, 0, 0);

    /// <param name="recipients">In any order. Who is named in two messages is a stranger in one of them.</param>
    /// <param name="usual">Recipients that circulars of a quarter hour may have as the mailbox sends them (<see cref="MetRecipients.UsualCircular"/>).</param>
    /// <param name="growing">The message whose recipients are still being named, of a size that is not known yet; null for none.</param>
    public static Addressees Of(IEnumerable<(ulong Message, ulong Recipient, bool IsStranger)> recipients, long usual, ulong? growing)
    {
        var messages = ByMessage(recipients);
        var knowsAGroup = messages.Exists(one => one.Familiar > 0 && one.Counted > MostOfACircular);
        var together = messages.Where(one => one.Familiar == 0 && one.Counted > SmallCircular).Sum(one => one.Counted);
        var areGroups = usual == NoEnd && AreGroups(recipients, growing);
        var areParts = together <= Math.Max(LargestOfParts, usual);
        var (others, circulars) = (Nobody, Nobody);

        foreach (var one in messages)
        {
            var isCircular = one.Familiar > 0 || knowsAGroup
                ? one.Counted > MostOfACircular
                : one.Counted > (areGroups ? MostOfACircular : SmallCircular) && one.Counted <= Math.Max(LargestGroup, usual) && areParts;

            if (isCircular)
            {
                circulars += one.AtMost(MostOfACircular);
            }
            else
            {
                others += one.AtMost(MostOfOneMessage);
            }
        }

        return others + circulars.AtMost(MostOfCirculars);
    }

    private static bool AreGroups(IEnumerable<(ulong Message, ulong Recipient, bool IsStranger)> recipients, ulong? growing) =>
        recipients.Distinct().GroupBy(one => one.Message).Select(message => (message.Key, Size: message.Count())).Where(one => one.Size > MostOfACircular)
            .DistinctBy(one => one.Key == growing ? 0 : one.Size).Count() >= SizesOfGroups;

    /// <summary>Each message by itself, with all its recipients.</summary>
    private static List<Addressees> ByMessage(IEnumerable<(ulong Message, ulong Recipient, bool IsStranger)> recipients)
    {
        var messages = new List<Addressees>();
        var met = new HashSet<ulong>();

        foreach (var message in recipients.Distinct().GroupBy(one => one.Message).OrderBy(message => message.Key))
        {
            var (all, strangers) = (0, 0);

            foreach (var (_, recipient, isStranger) in message)
            {
                all++;
                strangers += isStranger && met.Add(recipient) ? 1 : 0;
            }

            messages.Add(new(strangers, all, ((KnownForOne - 1) * strangers) + all, 1, 2 * strangers <= all ? 1 : 0));
        }

        return messages;
    }

    public static Addressees operator +(Addressees left, Addressees right) => new(
        left.Strangers + right.Strangers, left.Counted + right.Counted, left.Twofold + right.Twofold, left.Messages + right.Messages,
        left.Familiar + right.Familiar);

    private Addressees AtMost(long most) => this with
    {
        Strangers = Math.Min(Strangers, most), Counted = Math.Min(Counted, most), Twofold = Math.Min(Twofold, KnownForOne * most),
    };
}
