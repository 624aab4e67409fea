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
}
