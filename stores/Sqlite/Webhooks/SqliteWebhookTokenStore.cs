using MailStats.Mail.Time;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Webhooks;

namespace MailStats.Stores.Sqlite.Webhooks;

internal sealed class SqliteWebhookTokenStore(SqliteDatabase database) : IWebhookTokenStore
{
    public async Task<bool> UseAsync(Guid token, Guid content, DateTimeOffset now, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        // A repetition writes nothing.
        var known = database.Read(session => ContentOf(session, token)) ?? await database.WriteAsync(
            session =>
            {
                session.Prepare("INSERT INTO webhook_tokens (token, content, expires_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
                    .Bind(1, token.ToByteArray()).Bind(2, content.ToByteArray()).Bind(3, UnixTime.ToMicroseconds(expiresAt))
                    .Execute();
                session.Prepare(
                    """
                    DELETE FROM webhook_tokens WHERE token IN
                      (SELECT token FROM webhook_tokens WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2) AND token <> ?3
                    """)
                    .Bind(1, UnixTime.ToMicroseconds(now)).Bind(2, IWebhookTokenStore.RemovedAtOnce).Bind(3, token.ToByteArray())
                    .Execute();

                return ContentOf(session, token);
            },
            cancellationToken);

        return known == content;
    }

    private static Guid? ContentOf(SqliteSession session, Guid token)
    {
        var row = session.Prepare("SELECT content FROM webhook_tokens WHERE token = ?1").Bind(1, token.ToByteArray());
        var content = row.Step() ? new Guid(row.Blob(0)) : (Guid?)null;
        row.Reset();

        return content;
    }
}
