using MailStats.Mail.Time;
using MailStats.Stores.Notifications;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Notifications;

internal sealed class SqliteLetterStore(SqliteDatabase database) : ILetterStore
{
    private const string Columns = "tenant, every, language, changed_at";

    public Task<LetterChoice?> FindAsync(string tenantId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(session => Find(session, tenantId)));

    public Task<bool> ReplaceAsync(LetterChoice choice, Func<LetterChoice?, bool> condition, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                if (!condition(Find(session, choice.TenantId)))
                {
                    return false;
                }

                session.Prepare(
                    $"INSERT INTO letters ({Columns}) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET every = ?2, language = ?3, changed_at = ?4")
                    .Bind(1, choice.TenantId).Bind(2, (int)choice.Every).Bind(3, choice.Language).Bind(4, UnixTime.ToMicroseconds(choice.ChangedAt))
                    .Execute();

                return true;
            },
            cancellationToken);

    public Task<IReadOnlyList<LetterChoice>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult(database.Read<IReadOnlyList<LetterChoice>>(session =>
        {
            var rows = session.Prepare($"SELECT {Columns} FROM letters WHERE every <> 0 ORDER BY tenant");
            var choices = new List<LetterChoice>();

            while (rows.Step())
            {
                choices.Add(Read(rows));
            }

            return choices;
        }));

    private static LetterChoice? Find(SqliteSession session, string tenantId)
    {
        var row = session.Prepare($"SELECT {Columns} FROM letters WHERE tenant = ?1").Bind(1, tenantId);
        var choice = row.Step() ? Read(row) : null;
        row.Reset();

        return choice;
    }

    private static LetterChoice Read(SqliteStatement row) =>
        new(row.Text(0), (LetterRhythm)row.Int(1), row.Text(2), UnixTime.FromMicroseconds(row.Long(3)));
}
