namespace MailStats.Mail.Deliveries;

/// <summary>The types of feedback reports (RFC 5965 §7.3, RFC 6591, and what loops use beside them).</summary>
public static class FeedbackType
{
    /// <summary>
    /// True where somebody complains: not for mail that was no spam after all, a wish to get no more, or a report on authentication, which
    /// is about forgers. A report that does not name its type complains.
    /// </summary>
    public static bool IsComplaint(string? type) => type?.Trim().ToLowerInvariant() is not
        ("not-spam" or "auth-failure" or "dmarc" or "dkim" or "opt-out" or "opt-out-list");
}
