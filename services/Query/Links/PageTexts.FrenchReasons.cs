namespace MailStats.Query.Links;

internal sealed partial record PageTexts
{
    /// <summary>What the classifier says in English, without the names that only a reply tells: the reply stands on the page.</summary>
    private static IReadOnlyDictionary<string, (string Name, string? Advice)> FrenchReasons =>
        new Dictionary<string, (string Name, string? Advice)>(StringComparer.Ordinal)
    {
        ["recipient_unknown"] = ("Destinataire inconnu", "Cette boîte n’existe pas. Vérifiez l’adresse, puis retirez-la ou corrigez-la."),
        ["recipient_disabled"] = ("Boîte fermée", "Le compte est fermé, désactivé ou inutilisé. Demandez une autre adresse à la personne."),
        ["recipient_moved"] = (
            "Boîte déplacée", "La boîte a déménagé. Utilisez la nouvelle adresse si la réponse la donne, sinon retirez l’ancienne."),
        ["mailbox_full"] = (
            "Boîte pleine", "La boîte est pleine. Réessayez dans quelques jours ; cessez d’y écrire si elle le reste pendant des semaines."),
        ["recipient_restricted"] = (
            "Destinataire restreint", "Le destinataire n’accepte que certains expéditeurs. Demandez-lui, par un autre moyen, d’autoriser votre adresse."),
        ["domain_not_found"] = ("Domaine inexistant", "Le domaine du destinataire n’existe pas. Corrigez la faute de frappe ou retirez l’adresse."),
        ["domain_no_mail"] = (
            "Domaine sans courrier", "Le domaine du destinataire ne reçoit pas de courrier. Demandez une autre adresse à la personne."),
        ["dns_failure"] = ("Échec du DNS", "Le domaine du destinataire n’a pas pu être résolu. Si beaucoup échouent, vérifiez votre résolveur DNS."),
        ["connection_failed"] = (
            "Connexion impossible", "Aucune connexion au serveur du destinataire. Si plusieurs échouent, vérifiez la sortie du port 25."),
        ["message_expired"] = ("Message expiré", "Le message a attendu dans la file jusqu’au bout. La vraie cause est dans les reports précédents."),
        ["mail_loop"] = ("Boucle de courrier", "Le message tournait en rond entre des serveurs. Vérifiez vos routes, alias et transferts."),
        ["tls_failure"] = ("Échec de TLS", "Aucune connexion chiffrée n’a abouti. Activez STARTTLS et vérifiez les certificats des deux côtés."),
        ["auth_dmarc"] = ("Échec de DMARC", "Faites passer SPF ou DKIM avec le même domaine que celui de l’adresse d’expéditeur."),
        ["auth_spf"] = ("Échec de SPF", "Ajoutez l’adresse du serveur à l’enregistrement SPF du domaine, ou réparez cet enregistrement."),
        ["auth_dkim"] = (
            "Échec de DKIM", "Vérifiez le sélecteur, la clé et l’enregistrement DNS, et que rien ne change le message après la signature."),
        ["auth_missing"] = ("Non authentifié", "Mettez en place SPF et DKIM pour votre domaine, et DMARC pour les envois en nombre."),
        ["reverse_dns"] = (
            "DNS inverse manquant", "Donnez à l’adresse du serveur un nom inverse (PTR) qui mène à cette adresse, et saluez avec ce nom (HELO)."),
        ["sender_invalid"] = ("Expéditeur refusé", "Envoyez depuis une adresse existante, dans un domaine qui a des enregistrements MX et A."),
        ["smtp_auth_required"] = (
            "Authentification SMTP exigée", "Le serveur veut que vous vous identifiiez. Réparez le nom et le mot de passe de ce relais."),
        ["relay_denied"] = ("Relais refusé", "Vérifiez que le MX du domaine ou votre route mène au bon serveur, et votre droit de relayer."),
        ["ip_blocklisted"] = ("Adresse IP sur une liste noire", "Trouvez et arrêtez ce qui a causé l’inscription, puis demandez le retrait."),
        ["domain_blocklisted"] = ("Domaine sur une liste noire", "Retirez le lien ou nettoyez le site, puis demandez le retrait."),
        ["reputation_low"] = ("Mauvaise réputation", "Envoyez moins, et seulement à ceux qui vous lisent ; corrigez ce qui a suscité des plaintes."),
        ["client_rejected"] = (
            "Serveur refusé", "Votre serveur ou son réseau est refusé. Écrivez au postmaster du destinataire, avec votre adresse IP et la réponse."),
        ["rate_limited"] = ("Débit limité", "Trop d’envois en trop peu de temps. Réduisez le débit et le nombre de connexions."),
        ["too_many_recipients"] = ("Trop de destinataires", "Envoyez à moins de destinataires en une seule fois."),
        ["greylisted"] = ("Liste grise", "Rien à faire : le même serveur réessaie après quelques minutes et passe."),
        ["spam_content"] = ("Contenu jugé indésirable", "Revoyez le texte, les liens et la liste des destinataires avant de renvoyer."),
        ["malware"] = ("Logiciel malveillant", "Analysez la machine de l’expéditeur et les pièces jointes ; ne renvoyez pas ce message."),
        ["attachment_blocked"] = ("Pièce jointe bloquée", "Envoyez un lien au lieu de la pièce jointe."),
        ["message_malformed"] = ("Message mal formé", "Corrigez les en-têtes ou la structure MIME du message."),
        ["message_too_large"] = ("Message trop grand", "Réduisez le message, ou partagez par un lien."),
        ["policy_rejected"] = ("Refusé par règle", "Lisez la page que la réponse indique ; vérifiez authentification, plaintes et contenu."),
        ["receiver_error"] = ("Erreur du récepteur", "La faute est chez le récepteur. Si elle dure, prévenez son postmaster."),
        ["protocol_error"] = ("Erreur de protocole", "Vérifiez le serveur d’envoi et les équipements entre lui et le récepteur."),
        ["local_error"] = ("Erreur locale", "Une erreur sur le serveur d’envoi lui-même : réparez-la, puis remettez le message en file."),
        ["suppressed"] = ("Adresse supprimée", "L’adresse est sur la liste de suppression. Retirez-la de la liste si la cause n’existe plus."),
        ["cancelled"] = ("Annulé", "L’envoi a été annulé avant la remise."),
        ["sender_limit"] = ("Limite de l’expéditeur", "La limite d’envoi de l’expéditeur est atteinte. Attendez, ou faites-la relever."),
        ["unknown"] = ("Non classé", "La réponse du serveur dit tout ce qui est connu ; lisez-la ci-dessous."),
    };
}
