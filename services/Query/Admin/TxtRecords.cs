using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using DnsClient;
using Microsoft.Extensions.Options;

namespace MailStats.Query.Admin;

/// <summary>Asks the resolver of the settings: over HTTPS with the JSON answers that public resolvers give, or over DNS itself.</summary>
internal sealed class TxtRecords(IHttpClientFactory clients, IOptions<QueryOptions> options)
{
    public const string ClientName = "dns";

    // Far more than an answer within one network takes; what is lost on the way is asked once more.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly Lazy<LookupClient?> _dns = new(() => Resolver(options.Value.DnsResolver!) is { } resolver ? new(resolver) : null);

    /// <summary>The texts of a name, empty where it has none.</summary>
    /// <exception cref="HttpRequestException">The resolver did not answer, or not as one.</exception>
    public Task<IReadOnlyList<string>> AskAsync(string name, CancellationToken cancellationToken) =>
        _dns.Value is { } dns ? OverDnsAsync(dns, name, cancellationToken) : OverHttpsAsync(name, cancellationToken);

    /// <summary>Where to ask over DNS: <c>dns://ADDRESS[:PORT]</c> or <c>system</c>. Null for anything else.</summary>
    public static LookupClientOptions? Resolver(string setting)
    {
        LookupClientOptions? resolver = setting == "system" ? new()
            : setting.StartsWith("dns://", StringComparison.Ordinal) && IPEndPoint.TryParse(setting["dns://".Length..], out var server)
                ? new(new IPEndPoint(server.Address, server.Port == 0 ? 53 : server.Port))
                : null;

        if (resolver is not null)
        {
            // Whoever has just set the record asks at once: an old answer would be wrong.
            (resolver.UseCache, resolver.Timeout, resolver.Retries) = (false, Patience, 1);
        }

        return resolver;
    }

    private static async Task<IReadOnlyList<string>> OverDnsAsync(LookupClient dns, string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await dns.QueryAsync(name, QueryType.TXT, cancellationToken: cancellationToken);

            return answer.Header.ResponseCode is DnsHeaderResponseCode.NoError or DnsHeaderResponseCode.NotExistentDomain
                ? [.. answer.Answers.TxtRecords().Select(record => string.Concat(record.Text))]
                : throw new HttpRequestException($"The resolver answered {answer.ErrorMessage}.");
        }
        catch (DnsResponseException error)
        {
            throw new HttpRequestException("The resolver did not answer.", error);
        }
    }

    private async Task<IReadOnlyList<string>> OverHttpsAsync(string name, CancellationToken cancellationToken)
    {
        var address = new UriBuilder(options.Value.DnsResolver!) { Query = $"name={Uri.EscapeDataString(name)}&type=TXT" }.Uri;
        using var client = clients.CreateClient(ClientName);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd("application/dns-json");
        using var response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();

        try
        {
            var answer = await response.Content.ReadFromJsonAsync<DnsAnswer>(cancellationToken);

            return [.. (answer?.Answer ?? []).Select(record => Text(record.Data))];
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
