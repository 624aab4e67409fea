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
}
