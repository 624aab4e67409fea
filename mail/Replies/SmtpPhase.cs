namespace MailStats.Mail.Replies;

/// <summary>The command that a reply answers, where what stands around the reply tells it.</summary>
public enum SmtpPhase
{
    Unknown = 0,

    /// <summary>The greeting, EHLO or STARTTLS: nobody has named a sender or a recipient yet.</summary>
    Connection = 1,

    MailFrom = 2,

    RcptTo = 3,

    /// <summary>DATA or the message itself.</summary>
    Data = 4,
}
