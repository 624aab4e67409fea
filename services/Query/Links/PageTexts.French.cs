using System.Globalization;
using MailStats.Mail.Deliveries;

namespace MailStats.Query.Links;

internal sealed partial record PageTexts
{
    public static PageTexts French { get; } = new()
    {
        Language = "fr",
        Name = "Français",
        Release = ReleaseTexts.French,
        Culture = CultureInfo.GetCultureInfo("fr-FR"),
        Title = "Ce qu’est devenu un message",
        LinkIsOver = "Ce lien ne fonctionne plus",
        WhyOver = "Il a expiré ou a été retiré, ou bien ce qu’il montrait n’est plus conservé.",
        AskForAnother = "Demandez-en un autre à la personne qui vous l’a envoyé.",
        Moment = "d MMM yyyy 'à' HH:mm:ss",
        Headline = (status, receiver, at, tries) => status switch
        {
            DeliveryStatus.Delivered => $"Remis : {receiver} a accepté le message le {at}{(tries > 1 ? $", au {tries}e essai" : "")}.",
            DeliveryStatus.Deferred when tries > 1 => $"Pas encore remis : {receiver} a différé le message {tries} fois, la dernière le {at}.",
            DeliveryStatus.Deferred => $"Pas encore remis : {receiver} a différé le message le {at}.",
            DeliveryStatus.Accepted => $"Pas encore remis : le message est en route vers {receiver} depuis le {at}.",
            DeliveryStatus.HardBounced => $"Non remis : {receiver} a refusé définitivement le message le {at}.",
            DeliveryStatus.SoftBounced when tries > 1 => $"Non remis : abandonné le {at}, après {tries} essais auprès de {receiver}.",
            DeliveryStatus.SoftBounced => $"Non remis : abandonné le {at}.",
            DeliveryStatus.Rejected => $"Jamais envoyé : le message a été refusé lors de son dépôt, le {at}.",
            DeliveryStatus.Complained => $"Le destinataire a signalé le message comme indésirable le {at}.",
            _ => "On ne sait pas encore ce qu’est devenu le message.",
        },
        About = (to, from, subject) => subject is null ? $"À {to} de la part de {from}." : $"À {to} de la part de {from}, « {subject} ».",
        NullSender = "le système de messagerie",
        WhatToDo = "Que faire",
        WhatHappened = "Ce qui s’est passé",
        Accepted = "Pris en charge",
        Try = number => number == 1 ? "1er essai" : $"{number}e essai",
        NotTried = "Aucun essai",
        GivenUp = "Abandonné",
        Deferred = "différé",
        Delivered = "remis",
        Bounced = "refusé définitivement",
        Rejected = "Refusé lors du dépôt",
        Complained = "Signalé comme indésirable",
        MoreAlike = (count, last) => count == 1 ? $"Encore un essai semblable, le {last}." : $"Encore {count} essais semblables, le dernier le {last}.",
        LeftOut = count => count == 1 ? "Un autre essai n’est pas montré ici." : $"{count} autres essais ne sont pas montrés ici.",
        By = "par",
        Facts = "Données",
        Recipient = "Destinataire",
        Sender = "Expéditeur",
        Subject = "Objet",
        MessageId = "Message-ID",
        QueueId = "N° de file",
        Reason = "Cause",
        Receiver = "Récepteur",
        Size = "Taille",
        Bytes = count => $"{count} octets",
        MailServer = "Serveur",
        OutgoingIp = "Adresse d’envoi",
        Encryption = "Chiffrement",
        Foot = (zone, until) => $"Toutes les heures sont celles du fuseau {zone}. Cette page montre un seul message et fonctionne jusqu’au {until}.",
        Masked = "Les adresses sont abrégées.",
        Reasons = FrenchReasons,
    };
}
