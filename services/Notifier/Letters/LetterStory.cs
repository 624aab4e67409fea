using MailStats.Contracts;
using MailStats.Mail.Statistics;

namespace MailStats.Notifier.Letters;

/// <summary>A letter in sentences and rows of one language, before it is plain text or HTML.</summary>
/// <param name="Subject">One line.</param>
/// <param name="ToDo">The one thing to do.</param>
/// <param name="Numbers">Name, value, value before, what became of it.</param>
/// <param name="Changes">What changed by more than chance.</param>
/// <param name="Reasons">Reason, count, count before, what became of it.</param>
/// <param name="Incidents">One sentence each.</param>
internal sealed record LetterStory(
    string Subject,
    string ToDo,
    IReadOnlyList<string[]> Numbers,
    IReadOnlyList<string> Changes,
    IReadOnlyList<string[]> Reasons,
    IReadOnlyList<string> Incidents)
{
    public static LetterStory Of(Letter letter)
    {
        var words = LetterWords.Of(letter.Language);

        return new(
            $"[MailStats] {OneLine(letter.Tenant)}: {words.Title} {letter.First:yyyy-MM-dd} – {letter.Last:yyyy-MM-dd}",
            ThingToDo(letter, words),
            NumbersOf(letter, words),
            ChangesOf(letter, words),
            [
                .. letter.Reasons.Select(reason => new[]
                {
                    LetterWords.Reason(reason.Reason), words.Number(reason.Change.Cases), words.Number(reason.Change.CasesBefore),
                    words.Told(TurnOf(reason.Change)),
                }),
            ],
            [.. letter.Incidents.Select(incident => Sentence(incident, words))]);
    }

    /// <summary>What goes on comes first, then what was worst, then what became more frequent.</summary>
    private static string ThingToDo(Letter letter, LetterWords words)
    {
        if (letter.Incidents is [var first, ..] && (first.ClosedAt is null || first.Kind is not (IncidentKind.ReceiverOutage or IncidentKind.Silence)))
        {
            return $"{words.Kind(first.Kind)}{words.Place(first)}. {words.Advice(first.Kind)}";
        }

        return letter.Reasons.FirstOrDefault(reason => TurnOf(reason.Change) is LetterTurn.More or LetterTurn.New) is { } reason
            ? words.LookAtReason(LetterWords.Reason(reason.Reason))
            : words.NothingToDo;
    }

    private static string[][] NumbersOf(Letter letter, LetterWords words)
    {
        var (now, before) = (letter.Now, letter.Before);

        return
        [
            [words.Recipients, words.Number(now.Recipients), words.Number(before.Recipients), ""],
            Row(words.Delivered, now.Delivered, before.Delivered),
            Row(words.SoftBounces, now.SoftBounces, before.SoftBounces),
            Row(words.HardBounces, now.HardBounces, before.HardBounces),
            Row(words.Complaints, now.Complaints, before.Complaints),
            [words.Pending, words.Number(now.Pending), words.Number(before.Pending), ""],
        ];

        string[] Row(string name, long cases, long casesBefore)
        {
            var change = new RateChange(cases, now.Recipients, casesBefore, before.Recipients);

            return [name, Of(cases, change.Rate), Of(casesBefore, change.RateBefore), words.Told(TurnOf(change))];
        }

        string Of(long count, double? rate) => $"{words.Number(count)} ({words.Percent(rate)})";
    }

    private static List<string> ChangesOf(Letter letter, LetterWords words)
    {
        var (now, before) = (letter.Now, letter.Before);
        List<string> changes = [];
        Add(words.SoftBounces, new(now.SoftBounces, now.Recipients, before.SoftBounces, before.Recipients));
        Add(words.HardBounces, new(now.HardBounces, now.Recipients, before.HardBounces, before.Recipients));
        Add(words.Complaints, new(now.Complaints, now.Recipients, before.Complaints, before.Recipients));
        letter.Reasons.ToList().ForEach(reason => Add(LetterWords.Reason(reason.Reason), reason.Change));
        letter.Receivers.ToList().ForEach(receiver => Add(receiver.Provider, receiver.Change));

        return changes;

        void Add(string what, RateChange change)
        {
            if (change.Verdict is RateVerdict.Up or RateVerdict.Down)
            {
                changes.Add(words.ShareChanged(OneLine(what), words.Percent(change.Rate), words.Percent(change.RateBefore)));
            }
        }
    }

    private static LetterTurn TurnOf(RateChange change) => change switch
    {
        { Verdict: RateVerdict.Up, CasesBefore: 0 } => LetterTurn.New,
        { Verdict: RateVerdict.Down, Cases: 0 } => LetterTurn.Gone,
        { Verdict: RateVerdict.Up } => LetterTurn.More,
        { Verdict: RateVerdict.Down } => LetterTurn.Less,
        { Verdict: RateVerdict.Chance } => LetterTurn.Chance,
        _ => LetterTurn.TooFew,
    };

    private static string Sentence(Incident incident, LetterWords words)
    {
        var end = incident.ClosedAt is { } closed ? FormattableString.Invariant($"{closed:yyyy-MM-dd HH:mm} UTC") : words.GoesOn;

        return OneLine(FormattableString.Invariant(
            $"{words.Kind(incident.Kind)}{words.Place(incident)}: {incident.StartedAt:yyyy-MM-dd HH:mm} UTC – {end}, ")
            + words.FailedRecipients(incident.Failed));
    }

    // Names come from people: a line break in one would end the header.
    private static string OneLine(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
}
