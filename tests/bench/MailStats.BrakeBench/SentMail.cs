namespace MailStats.BrakeBench;

/// <summary>One message of a simulated mailbox.</summary>
/// <param name="Quarter">Quarter hours since the simulation's first midnight, a Monday's.</param>
/// <param name="To">Recipients by number.</param>
/// <param name="Failing">How many of them do not exist.</param>
internal readonly record struct SentMessage(long Quarter, int[] To, int Failing);

/// <summary>A maker of the mail of honest mailboxes, and of what thieves send from them.</summary>
internal interface IMaker
{
    /// <summary>Names of its kinds of theft.</summary>
    IReadOnlyList<string> Kinds { get; }

    /// <summary>The mail of another mailbox over some days.</summary>
    Mailbox Clean(int days);

    /// <summary>What a thief sends from a mailbox.</summary>
    /// <param name="mailbox">Whose it was.</param>
    /// <param name="kind">Place in <see cref="Kinds"/>.</param>
    /// <param name="day">The day on which it begins.</param>
    IEnumerable<SentMessage> Theft(Mailbox mailbox, int kind, int day);
}

/// <summary>An honest mailbox: its mail, and whom it writes to.</summary>
internal sealed class Mailbox(Draws draws, string kind)
{
    public const int Day = 96;

    private static int _strangers = 1_000_000;

    private readonly List<int> _circle = [];

    public string Kind => kind;

    public List<SentMessage> Sent { get; } = [];

    /// <summary>Numbers that nobody has written to.</summary>
    public static int[] Strangers(int count) => [.. Enumerable.Range(0, count).Select(_ => ++_strangers)];

    /// <summary>Recipients of ordinary mail: mostly of those it wrote to before, the latest the likeliest.</summary>
    public int[] Acquaintances(int count, double known)
    {
        var to = new HashSet<int>();

        while (to.Count < count)
        {
            if (_circle.Count > to.Count && draws.Chance(known))
            {
                to.Add(_circle[_circle.Count - 1 - (int)(_circle.Count * Math.Pow(draws.Next(), 2))]);
            }
            else
            {
                to.Add(++_strangers);
            }
        }

        _circle.AddRange(to);

        // Twice mentioned is twice as likely; the oldest are written to no more.
        if (_circle.Count > 1_500)
        {
            _circle.RemoveRange(0, 500);
        }

        return [.. to];
    }

    /// <summary>Its own contacts, as a thief finds them in the mailbox.</summary>
    public int[] Contacts(int count)
    {
        var known = Sent.SelectMany(message => message.To).Distinct().ToArray();

        return known.Length == 0 ? Strangers(count) : [.. Enumerable.Range(0, count).Select(_ => known[draws.Below(known.Length)])];
    }

    public void Send(long quarter, int[] to, double failing)
    {
        if (to.Length > 0)
        {
            Sent.Add(new(quarter, to, draws.Binomial(to.Length, failing)));
        }
    }

    /// <summary>One after another, so many in a message.</summary>
    public static IEnumerable<SentMessage> Split(long quarter, int[] to, int failing, int inOne) =>
        to.Chunk(inOne).Select((part, index) => new SentMessage(quarter, part, index == 0 ? failing : 0));
}
