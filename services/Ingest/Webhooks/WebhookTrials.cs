using System.Collections.Concurrent;
using System.Security.Cryptography;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>A post in a provider's own form, signed with a key made for it: the right one only the provider has. It tells of nothing to count.</summary>
/// <param name="Sample">The post.</param>
/// <param name="VerifyAsync">Proves it as the provider's own posts are proven, by the key made for it.</param>
internal sealed record SelfSigned(WebhookSample Sample, Func<WebhookPost, CancellationToken, ValueTask<WebhookProof>> VerifyAsync);

/// <summary>
/// Posts of our own that are under way. The token is good for one post to one source, and for this process alone, which posts to itself:
/// nobody else can have a key of their own choice believed.
/// </summary>
internal sealed class WebhookTrials
{
    public const string Header = "MailStats-Test";

    private const int TokenBytes = 32;

    private readonly ConcurrentDictionary<string, (string Source, SelfSigned Post)> _open = new(StringComparer.Ordinal);

    /// <returns>The value of <see cref="Header"/>.</returns>
    public string Open(WebhookSource source, SelfSigned post)
    {
        var token = RandomNumberGenerator.GetHexString(2 * TokenBytes);
        _open[token] = (source.Id, post);

        return token;
    }

    public void Close(string token) => _open.TryRemove(token, out _);

    /// <returns>null for a provider's post.</returns>
    public SelfSigned? Take(IHeaderDictionary headers, WebhookSource source) =>
        headers[Header] is [{ Length: 2 * TokenBytes } token] && _open.TryRemove(token, out var trial) && trial.Source == source.Id ? trial.Post : null;
}
