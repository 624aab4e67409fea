using System.Globalization;
using MailStats.Contracts;

namespace MailStats.Notifier.Letters;

/// <summary>The words of a letter in one language.</summary>
internal abstract class LetterWords
{
    private static readonly LetterWords English = new EnglishLetter();
    private static readonly LetterWords French = new FrenchLetter();

    public static LetterWords Of(string language) => language == "fr" ? French : English;

    public abstract string Code { get; }

    public abstract string Title { get; }

    public abstract string Recipients { get; }

    public abstract string Delivered { get; }

    public abstract string SoftBounces { get; }

    public abstract string HardBounces { get; }

    public abstract string Complaints { get; }

    public abstract string Pending { get; }

    public abstract string Before { get; }

    public abstract string Changed { get; }

    public abstract string NothingChanged { get; }

    public abstract string NoMail { get; }

    public abstract string Reasons { get; }

    public abstract string Incidents { get; }

    public abstract string NoIncidents { get; }

    public abstract string GoesOn { get; }

    public abstract string ToDo { get; }

    public abstract string NothingToDo { get; }

    public abstract string Days { get; }

    public abstract string Footer { get; }

    /// <summary>New, gone, more, less, no more than chance, too few to say.</summary>
    public abstract string Told(LetterTurn turn);

    public abstract string Kind(IncidentKind kind);

    public abstract string Advice(IncidentKind kind);

    public abstract string Place(Incident incident);

    public abstract string FailedRecipients(long count);

    /// <summary>A share that rose or fell.</summary>
    public abstract string ShareChanged(string what, string now, string before);

    public abstract string LookAtReason(string reason);

    protected abstract NumberFormatInfo Numbers { get; }

    public string Number(long value) => value.ToString("N0", Numbers);

    public string Percent(double? share) => share is { } known ? known.ToString("P1", Numbers) : "–";

    public static string Reason(string reason) => reason.Replace('_', ' ');
}

/// <summary>What became of a reason since the period before.</summary>
internal enum LetterTurn
{
    TooFew = 0,
    Chance = 1,
    More = 2,
    Less = 3,
    New = 4,
    Gone = 5,
}
