using System.ComponentModel.DataAnnotations;

namespace MailStats.Query;

/// <summary>Section <c>Query</c>.</summary>
public sealed class QueryOptions
{
    public const string Section = "Query";

    /// <summary>
    /// DNS over HTTPS with JSON answers, for example <c>https://cloudflare-dns.com/dns-query</c>: tenants then prove by a TXT
    /// record that a domain is theirs. Without it operators vouch for domains.
    /// </summary>
    [Url(ErrorMessage = "Query:DnsResolver must be an http or https address")]
    public string? DnsResolver { get; set; }

    /// <summary>
    /// Lets a tenant's administrators set the tenant's own limit and billing day. Off: who sells quotas does (scope
    /// <c>operator</c>), and the tenant divides its limit among domains and mailboxes.
    /// </summary>
    public bool TenantsSetOwnLimit { get; set; }

    /// <summary>
    /// Days after the last attempt that is known, after which mail without an end no longer counts as waiting: its log ended, and no
    /// MTA keeps trying that long (Postfix and Sendmail 5 days, Exim 4).
    /// </summary>
    [Range(1, 60, ErrorMessage = "Query:LeftOpenAfterDays must be 1 to 60")]
    public int LeftOpenAfterDays { get; set; } = 5;
}
