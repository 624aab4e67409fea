namespace MailStats.Stores.Webhooks;

/// <summary>Tokens that have proven a post: for all processes, and across restarts.</summary>
public interface IWebhookTokenStore
{
    /// <summary>Expired tokens that one use of another removes at most: more than are added, so that they do not pile up.</summary>
    const int RemovedAtOnce = 20;

    /// <summary>
    /// Uses a token for a content. True when it comes for the first time, or again with the content it came with first. Found by its
    /// key, whatever else is kept. Tokens that expired before <paramref name="now"/> may be forgotten.
    /// </summary>
    Task<bool> UseAsync(Guid token, Guid content, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken);
}
