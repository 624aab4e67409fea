namespace MailStats.Mail.Brake;

/// <summary>Recipients that a mailbox had in one quarter hour from client networks that it was never seen in.</summary>
/// <param name="Quarter">Quarter hours since 1970.</param>
/// <param name="Recipients">How many.</param>
/// <param name="Counted">As they count (<see cref="NewNetworkRules"/>).</param>
public readonly record struct FromNewNetworks(long Quarter, long Recipients, long Counted);

/// <summary>
/// When a mailbox is stopped by where its mail comes from: a thief mostly sends from networks that it was never seen in
/// (<see cref="KnownNetworks.IsNew"/>).
/// </summary>
public static class NewNetworkRules
{
    /// <summary>From client networks that it was never seen in, a mailbox may have this part of what it may otherwise have in an hour.</summary>
    public const int Part = 2;

    /// <summary>What a message counts for: a letter to a class or two while travelling stops nobody, one to more than a group of people may.</summary>
    private static long Counted(long recipients) =>
        recipients > Addressees.LargestGroup ? Addressees.MostOfOneMessage : recipients > Addressees.SmallCircular ? Addressees.MostOfACircular : recipients;

    /// <summary>Counts a message among a mailbox's quarter hours, which stay in ascending order.</summary>
    public static void Add(List<FromNewNetworks> window, long quarter, long recipients)
    {
        var at = window.FindIndex(one => one.Quarter >= quarter);

        if (at < 0 || window[at].Quarter != quarter)
        {
            at = at < 0 ? window.Count : at;
            window.Insert(at, new(quarter, 0, 0));
        }

        window[at] = new(quarter, window[at].Recipients + recipients, window[at].Counted + Counted(recipients));
    }

    /// <summary>The stop that recipients from new networks bring; null where they bring none.</summary>
    /// <param name="window">Those of the last day, ascending.</param>
    /// <param name="limits">Null where too little is known: what any mailbox may have at least holds then.</param>
    public static BrakeEpisode? FindStop(IReadOnlyCollection<FromNewNetworks> window, BrakeLimits? limits)
    {
        if (window.Count == 0)
        {
            return null;
        }

        var (hour, day) = limits is { Hour: < BrakeLimits.None } known
            ? (Math.Max(known.Hour, known.InDayFromNew * 2 / 3), Math.Max(known.StrangersInDay, known.InDayFromNew))
            : (BrakeRules.LeastAnHour, BrakeRules.LeastStrangersInDay);
        var last = window.Last().Quarter;

        return Stop([.. window.Where(one => one.Quarter >= BrakeRules.HourBefore(last))], hour / Part) ?? Stop(window, day);
    }

    private static BrakeEpisode? Stop(IReadOnlyCollection<FromNewNetworks> window, long most)
    {
        var (recipients, counted) = (window.Sum(one => one.Recipients), window.Sum(one => one.Counted));
        var (first, last) = (window.First().Quarter, window.Last().Quarter);
        var through = counted == 0 ? 0 : most * recipients / counted;

        return counted > most ? new(first, last, last + 1, BrakeCause.UnknownNetwork, through, recipients - through) : null;
    }
}
