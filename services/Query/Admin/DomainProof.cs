using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailStats.Stores.Administration;
using Microsoft.Extensions.Options;

namespace MailStats.Query.Admin;

/// <summary>
/// Proof that a tenant owns a domain: a TXT record that only the domain's owner can set, with a text that only this tenant
/// is told.
/// </summary>
internal sealed class DomainProof(ISecretStore secrets, IHttpClientFactory clients, IOptions<QueryOptions> options)
{
    public const string ClientName = "dns";

    private const string Secret = "domain-proof";

    public bool CanAsk => options.Value.DnsResolver is not null;

    public static string RecordName(string domain) => $"_mailstats.{domain}";

    public async Task<string> RecordTextAsync(string tenantId, string domain, CancellationToken cancellationToken)
    {
        var secret = await secrets.GetOrCreateAsync(Secret, cancellationToken);
        var proof = HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{tenantId}\n{domain}"));

        return $"mailstats-verification={Convert.ToHexStringLower(proof.AsSpan(0, 16))}";
    }

    /// <summary>Whether the record is there. Asks over HTTPS with the JSON answers that public resolvers give.</summary>
    /// <exception cref="HttpRequestException">The resolver did not answer, or not as one.</exception>
    public async Task<bool> IsRecordSetAsync(string tenantId, string domain, CancellationToken cancellationToken)
    {
        var expected = await RecordTextAsync(tenantId, domain, cancellationToken);
        var address = new UriBuilder(options.Value.DnsResolver!) { Query = $"name={Uri.EscapeDataString(RecordName(domain))}&type=TXT" }.Uri;
        using var client = clients.CreateClient(ClientName);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("application/dns-json");
        using var response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();

        try
        {
            var answer = await response.Content.ReadFromJsonAsync<DnsAnswer>(cancellationToken);

            return answer?.Answer?.Any(record => Text(record.Data) == expected) ?? false;
        }
        catch (JsonException error)
        {
            throw new HttpRequestException("The resolver's answer is not a DNS answer in JSON.", error);
        }
    }

    // A text of several strings comes as "one" "two" and means onetwo.
    private static string Text(string? data) => (data ?? "").Replace("\" \"", "", StringComparison.Ordinal).Trim('"');

    private sealed record DnsAnswer([property: JsonPropertyName("Answer")] IReadOnlyList<DnsRecord>? Answer);

    private sealed record DnsRecord([property: JsonPropertyName("data")] string? Data);
}
