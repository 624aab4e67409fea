using System.Security.Cryptography;
using System.Text;
using MailStats.Stores.Administration;
using Microsoft.Extensions.Options;

namespace MailStats.Query.Admin;

/// <summary>
/// Proof that a tenant owns a domain: a TXT record that only the domain's owner can set, with a text that only this tenant
/// is told.
/// </summary>
internal sealed class DomainProof(ISecretStore secrets, TxtRecords records, IOptions<QueryOptions> options)
{
    private const string Secret = "domain-proof";

    public bool CanAsk => options.Value.DnsResolver is not null;

    public static string RecordName(string domain) => $"_mailstats.{domain}";

    public async Task<string> RecordTextAsync(string tenantId, string domain, CancellationToken cancellationToken)
    {
        var secret = await secrets.GetOrCreateAsync(Secret, cancellationToken);
        var proof = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{tenantId}\n{domain}"));

        return $"mailstats-verification={Convert.ToHexStringLower(proof.AsSpan(0, 16))}";
    }

    /// <summary>Whether the record is there.</summary>
    /// <exception cref="HttpRequestException">The resolver did not answer, or not as one.</exception>
    public async Task<bool> IsRecordSetAsync(string tenantId, string domain, CancellationToken cancellationToken)
    {
        var expected = await RecordTextAsync(tenantId, domain, cancellationToken);

        return (await records.AskAsync(RecordName(domain), cancellationToken)).Contains(expected);
    }
}
