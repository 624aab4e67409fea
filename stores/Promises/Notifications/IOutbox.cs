namespace MailStats.Stores.Notifications;

/// <summary>
/// Messages to the bus that were written in the same transaction as what they tell of. They are published after the
/// commit, at least once: a reader may crash between publishing and marking, and the notice id lets receivers drop the repetition.
/// </summary>
public interface IOutbox
{
    /// <summary>Writes a message that tells of nothing stored. One whose notice id is there already is left as it is.</summary>
    Task AddAsync(Guid noticeId, string type, string content, CancellationToken cancellationToken);

    /// <summary>What is not published yet, oldest first. Some more than the limit where they stand in one row: they have one id.</summary>
    Task<IReadOnlyList<OutboxMessage>> ReadPendingAsync(int limit, CancellationToken cancellationToken);

    /// <summary>
    /// What was written since <paramref name="since"/>, published or not, oldest first. For readers that must not depend on a
    /// transport which forgets what it carries when the process dies.
    /// </summary>
    IAsyncEnumerable<OutboxMessage> ReadSinceAsync(DateTimeOffset since, CancellationToken cancellationToken);

    /// <param name="ids">Of messages all of which were published.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    Task MarkPublishedAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken);
}

/// <param name="Id">By which it is marked; messages that were written together may share one.</param>
/// <param name="NoticeId">The same for every repetition of the notice.</param>
/// <param name="Type">Name of the message's type in Contracts, for example <c>QuotaThresholdReached</c>.</param>
/// <param name="Content">The message as JSON with camelCase names.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="Trace">W3C <c>traceparent</c> of what caused it; null where nobody recorded one.</param>
public sealed record OutboxMessage(long Id, Guid NoticeId, string Type, string Content, DateTimeOffset CreatedAt, string? Trace = null);
