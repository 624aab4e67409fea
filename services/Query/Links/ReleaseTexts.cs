using MailStats.Mail.Brake;

namespace MailStats.Query.Links;

/// <summary>What the page of a release says, in one language.</summary>
internal sealed record ReleaseTexts
{
    /// <summary>What stands at its top.</summary>
    public required string Title { get; init; }

    /// <summary>Who is stopped.</summary>
    public required Func<string, string> Stopped { get; init; }

    /// <summary>Since when, why, and how many recipients were let through.</summary>
    public required Func<string, BrakeCause, long, string> Why { get; init; }

    public required string First { get; init; }

    public required string Button { get; init; }

    public required string What { get; init; }

    /// <summary>Who may send again, and since when.</summary>
    public required Func<string, string, string> Released { get; init; }

    public required string Learnt { get; init; }

    /// <summary>Name of the time zone, and until when the link works.</summary>
    public required Func<string, string, string> Foot { get; init; }

    public static ReleaseTexts English { get; } = new()
    {
        Title = "A stopped mailbox",
        Stopped = mailbox => $"{mailbox} is stopped",
        Why = (since, cause, count) => $"Since {since} it behaves unlike itself: {cause switch
        {
            BrakeCause.UnknownRecipients => "many of its recipients do not exist",
            BrakeCause.FixedLimit => "it passed the limit of recipients in an hour",
            _ => "it sends to far more recipients than it ever did",
        }}. Recipients let through before it was stopped: {count}.",
        First = "If nobody there sent this mail, change the password of the mailbox first.",
        Button = "Release the mailbox",
        What = "It may then send again at once, and what it sent until now is taken for right.",
        Released = (mailbox, since) => $"{mailbox} may send again since {since}",
        Learnt = "There is nothing more to do. This link releases nothing a second time.",
        Foot = (zone, until) => $"All times are of the zone {zone}. This link works once, until {until}.",
    };

    public static ReleaseTexts French { get; } = new()
    {
        Title = "Une boîte arrêtée",
        Stopped = mailbox => $"{mailbox} est arrêtée",
        Why = (since, cause, count) => $"Depuis le {since}, elle ne se comporte pas comme d’habitude : {cause switch
        {
            BrakeCause.UnknownRecipients => "beaucoup de ses destinataires n’existent pas",
            BrakeCause.FixedLimit => "elle a dépassé la limite de destinataires par heure",
            _ => "elle écrit à bien plus de destinataires que jamais",
        }}. Destinataires atteints avant l’arrêt : {count}.",
        First = "Si personne n’y a envoyé ce courrier, changez d’abord le mot de passe de la boîte.",
        Button = "Libérer la boîte",
        What = "Elle pourra alors envoyer aussitôt, et ce qu’elle a envoyé jusqu’ici sera tenu pour normal.",
        Released = (mailbox, since) => $"{mailbox} peut de nouveau envoyer depuis le {since}",
        Learnt = "Il n’y a plus rien à faire. Ce lien ne libère rien une seconde fois.",
        Foot = (zone, until) => $"Les heures sont celles du fuseau {zone}. Ce lien fonctionne une fois, jusqu’au {until}.",
    };
}
