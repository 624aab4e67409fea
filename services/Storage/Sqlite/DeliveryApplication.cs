using System.Buffers;
using System.Runtime.InteropServices;
using MailStats.Contracts;
using MailStats.Storage.Deliveries;

namespace MailStats.Storage.Sqlite;

/// <summary>
/// The events of all callers of one transaction. Each touched delivery is loaded once, merged in memory, and written once;
/// each touched rollup row is written once.
/// </summary>
internal sealed class DeliveryApplication(SqliteSession session, SqlitePrivacy privacy, IReadOnlyList<ISqliteApplyParticipant> participants)
{
    private readonly Dictionary<DeliveryKey, Entry> _entries = [];
    private readonly ArrayBufferWriter<byte> _bytes = new(1024);
    private readonly RollupDeltas _rollups = new(SqliteForgotten.FirstQuarter(session));
    private readonly SqliteForgotten _forgotten = new(session, privacy);
    private readonly List<(DeliveryStatus Status, Outcome Outcome)> _earlier = [];
    private readonly List<NewDelivery> _new = [];
    private readonly Dictionary<(string TenantId, string Host), long> _reported = [];

    public ApplyResult Add(IReadOnlyList<ClassifiedDelivery> deliveries)
    {
        var changed = 0;
        var touched = new HashSet<(string TenantId, string Domain)>();

        for (var index = 0; index < deliveries.Count; index++)
        {
            var delivery = _forgotten.Protect(deliveries[index]);
            var entry = Find(delivery.Event, deliveries[index].Event.Recipient);

            if (delivery.Event.ReportingHost is { Length: > 0 } host)
            {
                ref var latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_reported, (delivery.Event.TenantId, host), out _);
                latest = Math.Max(latest, Time.ToMicroseconds(delivery.Event.OccurredAt));
            }

            if (!entry.Forgotten && entry.State.Merge(delivery))
            {
                changed++;
                entry.Changed = true;
                touched.Add((delivery.Event.TenantId, entry.State.Mailbox()?.Domain ?? ""));

                if (entry.Before is { } before)
                {
                    touched.Add((delivery.Event.TenantId, before.Mailbox.Domain));
                }
            }
        }

        return new(changed, deliveries.Count - changed, [.. touched]);
    }

    /// <summary>Writes deliveries, rollups and what takes part. Everything happens in the caller's transaction.</summary>
    public void Flush()
    {
        foreach (var (key, entry) in _entries)
        {
            if (entry.Changed)
            {
                Write(key, entry);
            }
        }

        _rollups.Write(session);

        var changes = new AppliedChanges(_rollups.RecipientsDeltas(), _new, _reported);

        foreach (var participant in participants)
        {
            participant.Applied(session, changes);
        }
    }

    private Entry Find(DeliveryEvent reported, string plainRecipient)
    {
        var key = DeliveryKey.Of(reported);
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out var known);

        if (!known || entry!.Forgotten)
        {
            entry = Load(key, reported, plainRecipient);
        }

        return entry;
    }

    private Entry Load(in DeliveryKey key, DeliveryEvent reported, string plainRecipient)
    {
        var tenant = session.Names.ScopesOf(key.TenantId, null).Tenant;

        foreach (var recipient in _forgotten.FormsOf(key.Recipient, plainRecipient))
        {
            var statement = session.Prepare("SELECT id, state FROM deliveries WHERE tenant = ?1 AND message_key = ?2 AND recipient = ?3")
                .Bind(1, tenant).Bind(2, key.MessageKey).Bind(3, recipient);

            if (statement.Step())
            {
                var id = statement.Long(0);
                var state = DeliveryStateCodec.Decode(statement.Blob(1), session.Names);
                statement.Reset();
                _earlier.Clear();
                state.AddEarlierActivities(_earlier);

                return new() { Id = id, State = state, Before = Contribution.Of(state), HadEarlier = _earlier.Count > 0 };
            }
        }

        return new() { State = new(), Forgotten = _forgotten.Knows(tenant, reported) };
    }

    private void Write(in DeliveryKey delivery, Entry entry)
    {
        var state = entry.State;
        var after = Contribution.Of(state);
        var scopes = session.Names.ScopesOf(delivery.TenantId, state.Mailbox());

        if (entry.Before != after)
        {
            Count(delivery.TenantId, entry.Before, -1);
            Count(delivery.TenantId, after, 1);
        }

        _bytes.ResetWrittenCount();
        DeliveryStateCodec.Encode(state, session.Names, _bytes);

        var reason = after?.Reason is { } key ? session.Names.ReasonOf(key) : (long?)null;
        var id = entry.Id;

        if (id != 0)
        {
            session.Prepare("UPDATE deliveries SET domain = ?2, mailbox = ?3, at = ?4, status = ?5, reason = ?6, state = ?7 WHERE id = ?1")
                .Bind(1, id).Bind(2, scopes.Domain).Bind(3, scopes.Mailbox).Bind(4, state.StatusAt()).Bind(5, (int)state.Status())
                .Bind(6, reason).Bind(7, _bytes.WrittenSpan)
                .Execute();
        }
        else
        {
            session.Prepare(
                """
                INSERT INTO deliveries (tenant, message_key, recipient, domain, mailbox, at, status, reason, state)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                """)
                .Bind(1, scopes.Tenant).Bind(2, delivery.MessageKey).Bind(3, delivery.Recipient).Bind(4, scopes.Domain).Bind(5, scopes.Mailbox)
                .Bind(6, state.StatusAt()).Bind(7, (int)state.Status()).Bind(8, reason).Bind(9, _bytes.WrittenSpan)
                .Execute();
            id = session.LastInsertedId;

            if (state.QueueId is { Length: > 0 } queueId)
            {
                _new.Add(new(delivery.TenantId, queueId, state.ReportingHost, state.AcceptedAt, after?.Mailbox));
            }
        }

        WriteEarlier(id, entry, scopes);
    }

    private void WriteEarlier(long id, Entry entry, in ScopeIds scopes)
    {
        if (entry.HadEarlier)
        {
            session.Prepare("DELETE FROM earlier_activities WHERE delivery = ?1").Bind(1, id).Execute();
        }

        _earlier.Clear();
        entry.State.AddEarlierActivities(_earlier);

        foreach (var (status, outcome) in _earlier)
        {
            session.Prepare("INSERT INTO earlier_activities (delivery, status, tenant, domain, mailbox, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                .Bind(1, id).Bind(2, (int)status).Bind(3, scopes.Tenant).Bind(4, scopes.Domain).Bind(5, scopes.Mailbox).Bind(6, outcome.At)
                .Execute();
        }
    }

    private void Count(string tenantId, Contribution? contribution, int sign)
    {
        if (contribution is { } counted)
        {
            var names = session.Names;
            var scopes = names.ScopesOf(tenantId, counted.Mailbox);
            var reason = counted.Reason is { } key ? names.ReasonOf(key) : (long?)null;
            _rollups.Add(tenantId, counted, scopes, names.ProviderOf(counted.Provider), reason, sign);
        }
    }

    private sealed class Entry
    {
        /// <summary>0 while the delivery has no row.</summary>
        public long Id { get; init; }

        public required DeliveryState State { get; init; }

        /// <summary>What the stored rollups hold of this delivery.</summary>
        public Contribution? Before { get; init; }

        public bool HadEarlier { get; init; }

        /// <summary>The delivery was there once and was removed: its events change nothing.</summary>
        public bool Forgotten { get; init; }

        public bool Changed { get; set; }
    }
}
