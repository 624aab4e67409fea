namespace MailStats.Contracts;

/// <summary>What went wrong, told from the reasons of the failures and from where they happen.</summary>
// Stored and sent as a number: append only.
public enum IncidentKind
{
    /// <summary>Not given. Never published.</summary>
    Unknown = 0,

    /// <summary>SPF, DKIM, DMARC, the reverse name (PTR) or TLS is broken or missing.</summary>
    Authentication = 1,

    /// <summary>The sending address or domain is on a block list, or its reputation is low.</summary>
    Reputation = 2,

    /// <summary>The own side is set up wrongly: relaying, sign-in at a relay, sender domain, DNS, queue.</summary>
    Configuration = 3,

    /// <summary>The receiver slows the mail down for its volume.</summary>
    Rate = 4,

    /// <summary>The receiver refuses what the mail says or carries.</summary>
    Content = 5,

    /// <summary>A bad list: far more addresses than usual do not exist or take no mail.</summary>
    Recipients = 6,

    /// <summary>One receiver is not reachable or answers with errors of its own.</summary>
    ReceiverOutage = 7,

    /// <summary>Everything fails everywhere: the own server, network or resolver is down.</summary>
    OwnOutage = 8,

    /// <summary>A domain that always sends has stopped.</summary>
    Silence = 9,
}
