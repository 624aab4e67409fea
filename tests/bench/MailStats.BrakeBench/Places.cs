using MailStats.Mail.Brake;

namespace MailStats.BrakeBench;

/// <summary>
/// The client networks that mailboxes and thieves send from. Assumed, not measured: programs stand at one place; of people half have one, a
/// quarter two, of which one is given another network by its provider now and then, some send a third of their mail over a carrier with
/// forty networks, one in twenty has another network every day, and all travel. Drawn apart from the mail, which stays as it was.
/// </summary>
/// <param name="draws">Drawn from.</param>
/// <param name="ofTheirOwn">The part of the thieves that send from networks of the mailbox: through its webmail, or from its own machine.</param>
internal sealed class Places(Draws draws, double ofTheirOwn)
{
    private const int CarriersNetworks = 40;

    private static readonly string[] Programs = ["list", "busy", "newsletter", "machine", "shop", "alarms", "form", "service"];

    private ulong _next = 1;

    /// <summary>The network of each message.</summary>
    /// <param name="mailbox">Whose.</param>
    /// <param name="sent">In any order.</param>
    public List<(SentMessage Message, ulong Network)> Of(Mailbox mailbox, IEnumerable<SentMessage> sent)
    {
        var isProgram = Programs.Contains(mailbox.Kind);
        var kind = draws.Next();
        var (office, home, carrier) = (_next++, _next++, _next);
        _next += CarriersNetworks;
        var (travelling, abroad) = (0, 0UL);
        var all = new List<(SentMessage, ulong)>();

        foreach (var day in sent.OrderBy(one => one.Quarter).GroupBy(one => one.Quarter / Mailbox.Day))
        {
            office = draws.Chance(1 / 150.0) ? _next++ : office;
            home = draws.Chance(kind > 0.95 ? 1 : 1 / 20.0) ? _next++ : home;
            (travelling, abroad) = travelling > 0 ? (travelling - 1, abroad) : draws.Chance(0.01) ? (draws.Below(5), _next++) : (0, 0UL);

            foreach (var message in day)
            {
                var place = isProgram ? office
                    : abroad > 0 ? abroad
                    : kind < 0.55 ? office
                    : kind is > 0.8 and <= 0.95 ? (draws.Chance(1 / 3.0) ? carrier + (ulong)draws.Below(CarriersNetworks) : office)
                    : draws.Chance(0.4) ? home : office;
                all.Add((message, place));
            }
        }

        return all;
    }

    /// <summary>What a thief sends, from one network or from many.</summary>
    public List<(SentMessage Message, ulong Network)> OfThief(List<(SentMessage Message, ulong Network)> before, IEnumerable<SentMessage> theft)
    {
        var own = before.Count > 0 && draws.Chance(ofTheirOwn) ? before[^1].Network : (ulong?)null;
        var one = draws.Chance(0.75) ? _next++ : (ulong?)null;

        return [.. theft.Select(message => (message, own ?? one ?? _next++))];
    }

    /// <summary>The stops that new networks bring, as policy servers make them, and how many recipients had passed that day from a quarter hour on.</summary>
    public static IEnumerable<(long Quarter, int Passed)> Stops(List<(SentMessage Message, ulong Network)> sent, MailboxQuarter[] whole, long from)
    {
        var pace = new MailboxPace(null);
        var (known, at, passed) = (KnownNetworks.None, 0, 0);
        var window = new List<FromNewNetworks>();

        foreach (var (message, network) in sent.OrderBy(one => one.Message.Quarter))
        {
            for (; at < whole.Length && whole[at].Quarter < message.Quarter; at++)
            {
                pace.Add(whole[at]);
            }

            var day = (int)(message.Quarter / Mailbox.Day);

            if (known.IsNew(network, day, null))
            {
                window.RemoveAll(one => one.Quarter <= message.Quarter - Mailbox.Day);
                NewNetworkRules.Add(window, message.Quarter, message.To.Length);

                if (NewNetworkRules.FindStop(window, pace.LimitsAt(message.Quarter)) is not null)
                {
                    if (message.Quarter >= from)
                    {
                        yield return (message.Quarter, passed);
                    }

                    window.Clear();
                }
            }

            passed += message.Quarter >= from ? message.To.Length : 0;
            known = known.With(network, day);
        }
    }
}
