using System.Text.Json;
using MailStats.Mail.Lists;
using MailStats.Mail.Time;
using MailStats.Stores.Administration;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Upkeep;

namespace MailStats.Stores.Sqlite.Administration;

internal sealed class SqliteAuditStore(SqliteDatabase database, UnreadableRows unreadable) : IAuditStore
{
    public Task BeginAsync(AuditEntry entry, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                session.Prepare("INSERT INTO audit_log (id, tenant, at, actor, action, target, status, details) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
                    .Bind(1, entry.Id.ToString("n")).Bind(2, entry.TenantId).Bind(3, UnixTime.ToMicroseconds(entry.At)).Bind(4, entry.Actor)
                    .Bind(5, entry.Action).Bind(6, entry.Target).Bind(7, (long?)entry.Status).Bind(8, JsonSerializer.Serialize(entry.Details))
                    .Execute();

                return true;
            },
            cancellationToken);

    internal static Dictionary<string, string> DetailsIn(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? throw new InvalidDataException("Details are null.");

    public Task CompleteAsync(Guid id, int status, IReadOnlyDictionary<string, string> details, CancellationToken cancellationToken) =>
        database.WriteAsync(
            session =>
            {
                session.Prepare("UPDATE audit_log SET status = ?2, details = ?3 WHERE id = ?1")
                    .Bind(1, id.ToString("n")).Bind(2, status).Bind(3, JsonSerializer.Serialize(details))
                    .Execute();

                return true;
            },
            cancellationToken);

    public Task<Page<AuditEntry>> ListAsync(string tenantId, string? cursor, int limit, CancellationToken cancellationToken)
    {
        var before = "g"; // after every hexadecimal digit

        if (cursor is not null)
        {
            before = Guid.TryParseExact(cursor, "n", out var id) ? id.ToString("n") : throw new InvalidCursorException();
        }

        return Task.FromResult(database.Read(session =>
        {
            var entries = new List<AuditEntry>();
            var row = session.Prepare(
                "SELECT id, at, actor, action, target, status, details FROM audit_log WHERE tenant = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3")
                .Bind(1, tenantId).Bind(2, before).Bind(3, limit + 1);

            while (row.Step())
            {
                // What was done is told even where its details are lost.
                entries.Add(new(
                    Guid.ParseExact(row.Text(0), "n"),
                    tenantId,
                    UnixTime.FromMicroseconds(row.Long(1)),
                    row.Text(2),
                    row.Text(3),
                    row.Text(4),
                    (int?)row.LongOrNull(5),
                    unreadable.Read("audit_log", () => DetailsIn(row.Text(6))) ?? []));
            }

            return entries.Count > limit
                ? new Page<AuditEntry>(entries[..limit], entries[limit - 1].Id.ToString("n"))
                : new Page<AuditEntry>(entries, null);
        }));
    }
}
