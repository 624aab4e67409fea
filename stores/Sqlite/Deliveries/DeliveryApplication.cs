using System.Runtime.InteropServices;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
using MailStats.Mail.Time;
using MailStats.Stores.Deliveries;
using MailStats.Stores.Sqlite.Database;

namespace MailStats.Stores.Sqlite.Deliveries;

/// <summary>
/// The events of all callers of one transaction. Each touched delivery is loaded once, merged in memory, and written once;
/// each touched rollup row is written once.
/// </summary>
internal sealed class DeliveryApplication
{
    private readonly SqliteSession _session;
    private readonly ApplicationMemory _memory;
    private readonly IReadOnlyList<ISqliteApplyParticipant> _participants;
    private readonly SqliteForgotten _forgotten;
    private readonly DeliveryRows _rows;
    private readonly Dictionary<(string TenantId, string Host), long> _reported = [];
    private (string TenantId, string Host) _lastReporter;
    private long _lastReported;

    public DeliveryApplication(SqliteSession session, SqlitePrivacy privacy, ApplicationMemory memory, IReadOnlyList<ISqliteApplyParticipant> participants)
    {
        _session = session;
        _participants = participants;
        _memory = memory;
        _memory.Clear(SqliteForgotten.FirstQuarter(session));
        _forgotten = new(session, privacy);
        _rows = new(session);
    }

    public ApplyResult Add(IReadOnlyList<ClassifiedDelivery> deliveries)
    {
        var changed = 0;
        var touched = new HashSet<(string TenantId, string Domain)>();
        var (events, entries) = Find(deliveries);

        for (var index = 0; index < events.Length; index++)
        {
            var delivery = events[index];
            var entry = entries[index];
            Note(delivery.Event);

            // Another event of the same delivery may tell that it is newer than what was removed by age.
            if (entry.Forgotten && _forgotten.Knows(_session.Names.TenantOf(delivery.Event.TenantId), delivery.Event))
            {
                continue;
            }

            entry.Forgotten = false;

            if (entry.State.Merge(delivery))
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
        foreach (var (key, entry) in _memory.Entries)
        {
            if (entry.Changed)
            {
                Take(key, entry);
            }
        }

        _rows.Add(_memory.Added);
        _rows.Change(_memory.Altered);
        _memory.Rollups.Write(_session);
        Report();

        var changes = new AppliedChanges(_memory.Rollups.RecipientsDeltas(), _memory.New, _reported);

        foreach (var participant in _participants)
        {
            participant.Applied(_session, changes);
        }
    }

    /// <summary>The events in the form in which they are kept, and what is known of the delivery of each.</summary>
    private (ClassifiedDelivery[] Events, Entry[] Entries) Find(IReadOnlyList<ClassifiedDelivery> deliveries)
    {
        var events = new ClassifiedDelivery[deliveries.Count];
        var entries = new Entry[deliveries.Count];
        var sought = _memory.Sought;
        sought.Clear();

        for (var index = 0; index < events.Length; index++)
        {
            events[index] = _forgotten.Protect(deliveries[index]);
            var reported = events[index].Event;
            var key = DeliveryKey.Of(reported);
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_memory.Entries, key, out var known);

            if (!known)
            {
                entry = new();
                var tenant = _session.Names.TenantOf(key.TenantId);

                foreach (var recipient in _forgotten.FormsOf(key.Recipient, deliveries[index].Event.Recipient))
                {
                    sought.Add(new(index, tenant, key with { Recipient = recipient }));
                }
            }

            entries[index] = entry!;
        }

        Load(sought, events, entries);

        return (events, entries);
    }

    private void Load(List<SoughtDelivery> sought, ClassifiedDelivery[] events, Entry[] entries)
    {
        _rows.Load(CollectionsMarshal.AsSpan(sought), (place, id, state) => entries[place].Found(id, state));

        foreach (ref readonly var delivery in CollectionsMarshal.AsSpan(sought))
        {
            var entry = entries[delivery.Place];
            entry.Forgotten = entry.Id == 0 && _forgotten.Knows(delivery.Tenant, events[delivery.Place].Event);
        }
    }

    private void Take(in DeliveryKey key, Entry entry)
    {
        var names = _session.Names;
        var state = entry.State;
        var (before, after) = (entry.Before, Contribution.Of(state));
        var scopes = names.ScopesOf(key.TenantId, state.Mailbox());
        var reason = ReasonOf(after);

        if (before != after)
        {
            if (before is { } counted)
            {
                Count(key.TenantId, counted, names.ScopesOf(key.TenantId, counted.Mailbox), ReasonOf(counted), -1);
            }

            if (after is { } counts)
            {
                Count(key.TenantId, counts, scopes, reason, 1);
            }
        }

        var rows = entry.Id == 0 ? _memory.Added : _memory.Altered;
        rows.Add(new(entry.Id, key, state, scopes, reason, entry.HadEarlier));

        if (entry.Id == 0 && state.QueueId is { Length: > 0 } queueId)
        {
            _memory.New.Add(new(key.TenantId, queueId, state.ReportingHost, state.AcceptedAt, after?.Mailbox));
        }
    }

    private long? ReasonOf(in Contribution? contribution) => contribution?.Reason is { } named ? _session.Names.ReasonOf(named) : null;

    private void Count(string tenantId, in Contribution contribution, in ScopeIds scopes, long? reason, int sign) =>
        _memory.Rollups.Add(tenantId, contribution, scopes, _session.Names.ProviderOf(contribution.Provider), reason, sign);

    /// <summary>The latest time that each host told of. Events of one host mostly come together.</summary>
    private void Note(DeliveryEvent reported)
    {
        if (reported.ReportingHost is not { Length: > 0 } host)
        {
            return;
        }

        if (host != _lastReporter.Host || reported.TenantId != _lastReporter.TenantId)
        {
            Report();
            _lastReporter = (reported.TenantId, host);
            _lastReported = long.MinValue;
        }

        _lastReported = Math.Max(_lastReported, UnixTime.ToMicroseconds(reported.OccurredAt));
    }

    private void Report()
    {
        if (_lastReporter.Host is not null)
        {
            ref var latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_reported, _lastReporter, out _);
            latest = Math.Max(latest, _lastReported);
        }
    }

    /// <summary>A delivery that this transaction touches.</summary>
    internal sealed class Entry
    {
        /// <summary>0 while the delivery has no row.</summary>
        public long Id { get; private set; }

        public DeliveryState State { get; private set; } = new();

        /// <summary>What the stored rollups hold of this delivery.</summary>
        public Contribution? Before { get; private set; }

        public bool HadEarlier { get; private set; }

        /// <summary>The delivery was there once and was removed: its events change nothing.</summary>
        public bool Forgotten { get; set; }

        public bool Changed { get; set; }

        /// <summary>The first one counts: a delivery has one row, in one of the forms of its recipient.</summary>
        public void Found(long id, DeliveryState state)
        {
            if (Id != 0)
            {
                return;
            }

            Id = id;
            State = state;
            Before = Contribution.Of(state);
            HadEarlier = state.HasEarlierActivities();
        }
    }
}
