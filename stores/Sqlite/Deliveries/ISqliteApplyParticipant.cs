using MailStats.Mail.Statistics;
using MailStats.Stores.Sqlite.Database;
using MailStats.Stores.Sqlite.Notifications;

namespace MailStats.Stores.Sqlite.Deliveries;

/// <summary>
/// Takes part in the transaction that applies deliveries, after the rollups are written: quota counters, reservations,
/// thresholds. What it writes on the session (<see cref="SqliteSession.Prepare"/>, <see cref="SqliteOutbox.Append"/>, or
/// commands on its connection) commits or rolls back with the deliveries. It must not keep state in memory across calls: a
/// call whose transaction fails is made again.
/// </summary>
internal interface ISqliteApplyParticipant
{
    /// <param name="session">The open write transaction.</param>
    /// <param name="changes">What this transaction changes.</param>
    void Applied(SqliteSession session, AppliedChanges changes);
}
