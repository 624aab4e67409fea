using System.ComponentModel.DataAnnotations;
using MailStats.Query.Admin;

namespace MailStats.Query;

/// <summary>Section <c>Query</c>.</summary>
public sealed class QueryOptions : IValidatableObject
{
    public const string Section = "Query";

    private const string ResolverForm = "Query:DnsResolver must be an http or https address, dns:// and an IP address, or system";

    /// <summary>
    /// The resolver that is asked when tenants prove by a TXT record that a domain is theirs: DNS over HTTPS with JSON answers, for
    /// example <c>https://cloudflare-dns.com/dns-query</c>; <c>dns://ADDRESS</c> or <c>dns://ADDRESS:PORT</c> for DNS; <c>system</c> for the
    /// resolvers of the host. Without it operators vouch for domains.
    /// </summary>
    [RegularExpression("^(https?://.+|dns://.+|system)$", ErrorMessage = ResolverForm)]
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

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (DnsResolver is { } resolver && resolver.StartsWith("dns", StringComparison.Ordinal) && TxtRecords.Resolver(resolver) is null)
        {
            yield return new(ResolverForm);
        }
    }
}
