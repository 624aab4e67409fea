using System.Globalization;
using MailStats.Contracts;

namespace MailStats.Notifier.Letters;

internal sealed class FrenchLetter : LetterWords
{
    private const string Thin = "\u202F";

    public override string Code => "fr";

    public override string Title => "votre courrier";

    public override string Recipients => "Destinataires";

    public override string Delivered => "Remis";

    public override string SoftBounces => "Rejets temporaires";

    public override string HardBounces => "Rejets définitifs";

    public override string Complaints => "Plaintes";

    public override string Pending => "En attente";

    public override string Before => "Avant";

    public override string Changed => "Ce qui a changé au-delà du hasard";

    public override string NothingChanged => "Rien n'a changé au-delà du hasard.";

    public override string NoMail => "Aucun courrier n'a été envoyé.";

    public override string Reasons => "Pourquoi le courrier a échoué";

    public override string Incidents => "Incidents";

    public override string NoIncidents => "Il n'y en a pas eu.";

    public override string GoesOn => "en cours";

    public override string ToDo => "La seule chose à faire";

    public override string NothingToDo => "Rien : tout est normal.";

    public override string Days => "Jour par jour : remis (bleu) et rejetés (rouge)";

    public override string Footer => "L'administrateur de MailStats peut recevoir cette lettre chaque semaine, chaque mois, ou pas du tout.";

    public override string Told(LetterTurn turn) => turn switch
    {
        LetterTurn.New => "nouveau",
        LetterTurn.Gone => "disparu",
        LetterTurn.More => "en hausse",
        LetterTurn.Less => "en baisse",
        LetterTurn.Chance => "comme avant",
        _ => "trop peu pour le dire",
    };

    public override string Kind(IncidentKind kind) => kind switch
    {
        IncidentKind.Authentication => "L'authentification a échoué",
        IncidentKind.Reputation => "Du courrier a été refusé pour sa réputation",
        IncidentKind.Configuration => "Une configuration était erronée",
        IncidentKind.Rate => "Le courrier a été ralenti",
        IncidentKind.Content => "Du courrier a été refusé pour son contenu",
        IncidentKind.Recipients => "Bien plus d'adresses que d'habitude n'existaient pas",
        IncidentKind.ReceiverOutage => "Un destinataire avait une panne",
        IncidentKind.OwnOutage => "Le courrier ne partait plus normalement vers personne",
        IncidentKind.Silence => "Un domaine a cessé d'envoyer",
        _ => "Du courrier a échoué",
    };

    public override string Advice(IncidentKind kind) => kind switch
    {
        IncidentKind.Authentication => "Vérifiez SPF, DKIM, DMARC, le nom inverse et TLS de ce qui a changé en dernier.",
        IncidentKind.Reputation => "Trouvez la cause de l'inscription ou des plaintes, arrêtez-la, puis demandez le retrait de la liste.",
        IncidentKind.Configuration => "Annulez le dernier changement de votre serveur, de votre DNS ou de votre relais.",
        IncidentKind.Rate => "Envoyez plus lentement à ce destinataire ; votre serveur réessaie.",
        IncidentKind.Content => "Retenez l'envoi et relisez son texte, ses liens et ses pièces jointes.",
        IncidentKind.Recipients => "Arrêtez l'envoi et vérifiez d'où vient sa liste.",
        IncidentKind.ReceiverOutage => "Attendez : le destinataire a une panne et votre serveur réessaie.",
        IncidentKind.OwnOutage => "Vérifiez le réseau de votre serveur, le port 25 sortant et le résolveur.",
        IncidentKind.Silence => "Vérifiez que l'application remet encore son courrier au serveur.",
        _ => "Lisez les réponses de l'incident.",
    };

    public override string Place(Incident incident) =>
        (incident.Domain is { } domain ? $" de {domain}" : "") + (incident.Provider is { } provider ? $" vers {provider}" : "")
        + (incident.OutgoingIp is { } ip ? $" envoyé par {ip}" : "");

    public override string FailedRecipients(long count) => $"{Number(count)} destinataires";

    public override string ShareChanged(string what, string now, string before) => $"{what} : {now}, avant {before}";

    public override string LookAtReason(string reason) => $"Regardez les rejets dont la raison est « {reason} » : ils sont devenus plus fréquents.";

    protected override NumberFormatInfo Numbers { get; } = new()
    {
        NumberGroupSeparator = Thin,
        NumberDecimalSeparator = ",",
        PercentGroupSeparator = Thin,
        PercentDecimalSeparator = ",",
        PercentPositivePattern = 0,
        PercentNegativePattern = 0,
    };
}
