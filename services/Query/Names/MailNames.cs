using MailStats.Mail.Addresses;
using MailStats.Mail.Statistics;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Names;

/// <summary>Domains and mailboxes that a request names, in the form that statistics, limits and registrations are kept under.</summary>
internal static class MailNames
{
    /// <summary>The domain in lower-case ASCII form, null for null; also null, with a problem, when the text is no domain.</summary>
    public static string? ReadDomain(string? text, FieldProblems problems) =>
        text is null
            ? null
            : DomainName.Read(text.AsSpan().Trim(), out _) ?? problems.Refuse<string>("domain", "must be a domain name, for example shop.example");

    /// <summary>A tenant, one of its domains, or one of its mailboxes. Only for a request without problems.</summary>
    public static StatisticsScope ReadScope(string tenantId, string? domainText, string? mailboxText, FieldProblems problems)
    {
        var domain = ReadDomain(domainText, problems);
        var mailbox = mailboxText is null ? null : Mailbox.Named(mailboxText);

        if (mailboxText is not null && mailbox is null)
        {
            problems.Add("mailbox", "must be an address, for example news@shop.example");
        }

        if (domain is not null && mailbox is { } within && within.Domain != domain)
        {
            problems.Add("mailbox", "must be an address of the domain");
        }

        return new StatisticsScope(tenantId, domain ?? mailbox?.Domain, mailbox?.Address);
    }
}
