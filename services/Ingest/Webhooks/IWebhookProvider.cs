using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>One provider's way of telling what became of mail.</summary>
internal interface IWebhookProvider
{
    /// <summary>As it stands in addresses and in the events' source.</summary>
    string Name { get; }

    /// <summary>What <see cref="WebhookSource.Secret"/> has to be, for people.</summary>
    string SecretIs { get; }

    /// <summary>
    /// Bytes that a post may have, decompressed. 1 MiB holds one event with the longest of replies; who sends many events in
    /// one post says more.
    /// </summary>
    int MaxBytes => 1024 * 1024;

    /// <summary>The status that makes the provider not send a hopeless post again.</summary>
    int HopelessStatus => StatusCodes.Status400BadRequest;

    /// <summary>Whether a source has to name the sender, because not every event tells it.</summary>
    bool NeedsSender => false;

    bool IsSecret(string secret);

    /// <summary>Whether the post is from the source; over the raw bytes.</summary>
    ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken);

    /// <summary>The JSON of a post whose body is not JSON itself (a form, lines of JSON).</summary>
    /// <exception cref="JsonException">There is none.</exception>
    ReadOnlyMemory<byte> JsonOf(WebhookPost post) => post.Body;

    /// <summary>What a proven handshake asks to be answered; null where any answer will do.</summary>
    string? HandshakeAnswer(JsonElement body) => null;

    /// <summary>
    /// A post in the provider's own form, signed with the source's secret, that tells of nothing to count; null where only the provider
    /// can sign.
    /// </summary>
    WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address) => null;

    /// <summary>The same with a key made for it, where only the provider can sign; null where <see cref="Sample"/> gives one.</summary>
    SelfSigned? SignSelf(WebhookSource source, DateTimeOffset now) => null;

    /// <summary>The events of a post that is no JSON at all; null where it is read as JSON.</summary>
    ValueTask<RawReading?> ReadRawAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken) => ValueTask.FromResult<RawReading?>(null);

    /// <summary>
    /// The delivery events in the post. What is no delivery event (a click, a test) is left out. Throws nothing for any JSON:
    /// a wrong or missing field gives an event that the checks refuse by name.
    /// </summary>
    IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source);
}

/// <param name="Body">As it is sent.</param>
/// <param name="Headers">What proves it.</param>
internal sealed record WebhookSample(string Body, params IReadOnlyList<(string Name, string Value)> Headers);

/// <param name="Events">The delivery events.</param>
/// <param name="Refusal">Why nothing was read, for people; null when all was.</param>
internal sealed record RawReading(IReadOnlyList<SubmittedEvent> Events, string? Refusal);

/// <summary>A post as it came.</summary>
internal readonly record struct WebhookPost(IHeaderDictionary Headers, ReadOnlyMemory<byte> Body, DateTimeOffset Now)
{
    /// <summary>Host names of one post that are tried: proxies may each add theirs.</summary>
    private const int MaxHosts = 4;

    /// <summary>Path and query, as sent.</summary>
    public string PathAndQuery { get; init; } = "";

    /// <summary>The query's parameters.</summary>
    public IQueryCollection Query { get; init; } = QueryCollection.Empty;

    /// <summary>
    /// The addresses that the sender may have used: what ends TLS or renames the host stands in between. For signatures that hold
    /// the address, so believing the headers proves nothing to a stranger.
    /// </summary>
    public IEnumerable<string> Addresses()
    {
        var path = PathAndQuery;

        return Headers["X-Forwarded-Host"].Concat(Headers.Host)
            .SelectMany(hosts => (hosts ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Take(MaxHosts)
            .SelectMany(host => new[] { $"https://{host}{path}", $"http://{host}{path}" });
    }
}

/// <summary>What came of looking at a post's signature.</summary>
internal enum WebhookProof
{
    /// <summary>It is not from the source.</summary>
    Refused = 0,

    /// <summary>It is.</summary>
    Proven = 1,

    /// <summary>It has no credentials or wrong ones: some providers send them only when asked (401).</summary>
    Asked = 2,

    /// <summary>It is, and belongs to the set-up of the webhook: there is nothing to read in it.</summary>
    Handshake = 3,

    /// <summary>What the proof needs could not be fetched: let the provider send again.</summary>
    Unknown = 4,
}
