using System.Runtime.InteropServices;
using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Statistics;
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
    private readonly ReportedTimes _reported = new();
    private readonly long _now;

    /// <param name="session">The open write transaction.</param>
    /// <param name="privacy">How addresses are kept.</param>
    /// <param name="memory">What is kept from one transaction to the next.</param>
    /// <param name="participants">What else takes part.</param>
    /// <param name="now">Seconds of Unix time.</param>
    public DeliveryApplication(
        SqliteSession session, SqlitePrivacy privacy, ApplicationMemory memory, IReadOnlyList<ISqliteApplyParticipant> participants, long now)
    {
        _session = session;
        _now = now;
        _participants = participants;
        _memory = memory;
        _memory.Clear(SqliteForgotten.FirstQuarter(session));
        _forgotten = new(session, privacy);
        _rows = new(session);
    }

    public ApplyResult Add(NamedDeliveries named, DateTimeOffset acknowledgedAt)
    {
        var merge = new EventMerge(_reported);
        var (events, entries) = Find(named);

        for (var index = 0; index < events.Length; index++)
        {
            var (delivery, entry) = (events[index], entries[index]);
            merge.Add(delivery, entry, entry.IsUnknown && _forgotten.Knows(_session.Names.TenantOf(delivery.Event.TenantId), delivery.Event), acknowledgedAt);
        }

        return new(merge.Changed, events.Length - merge.Changed, merge.Touched);
    }

    /// <summary>Writes deliveries, rollups and what takes part. Everything happens in the caller's transaction.</summary>
    public void Flush()
    {
        foreach (var (hash, (key, entry, address)) in _memory.Entries)
        {
            if (entry.Changed)
            {
                Take(key, hash, entry);
            }

            if (entry.Tells(key, hash) is { } told)
            {
                _memory.Told.Add(told with { AddressHash = address });
            }
        }

        _rows.Add(_memory.Added);
        _rows.Change(_memory.Altered);
        _memory.Rollups.Write(_session);
        SqliteTallies.Append(_session, _memory.Tally, _now);

        var changes = new AppliedChanges(_memory.Rollups.RecipientsDeltas(), _memory.New, _memory.Told, _reported.ByHost());

        foreach (var participant in _participants)
        {
            participant.Applied(_session, changes);
        }
    }

    /// <summary>The events in the form in which they are kept, and what is known of the delivery of each.</summary>
    private (ClassifiedDelivery[] Events, TouchedDelivery<StoredRow>[] Entries) Find(NamedDeliveries named)
    {
        var deliveries = named.All;
        var events = new ClassifiedDelivery[deliveries.Count];
        var entries = new TouchedDelivery<StoredRow>[deliveries.Count];
        var sought = _memory.Sought;
        sought.Clear();

        for (var index = 0; index < events.Length; index++)
        {
            events[index] = _forgotten.Protect(deliveries[index]);
            var reported = events[index].Event;
            var key = DeliveryKey.Of(reported);
            var hash = ReferenceEquals(events[index], deliveries[index]) ? named.KeyOf(index) : key.ToHash();
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_memory.Entries, hash, out var known);

            if (!known)
            {
                entry = (key, new(), named.AddressOf(index));

                foreach (var recipient in _forgotten.FormsOf(key.Recipient, deliveries[index].Event.Recipient))
                {
                    sought.Add(new(index, recipient == key.Recipient ? hash : (key with { Recipient = recipient }).ToHash()));
                }
            }

            entries[index] = entry.Delivery;
        }

        _rows.Load(CollectionsMarshal.AsSpan(sought), (place, id, state) => entries[place].Found(id, state));

        return (events, entries);
    }

    private void Take(in DeliveryKey key, UInt128 hash, TouchedDelivery<StoredRow> entry)
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

        entry.AddTo(_memory.Tally, key.TenantId);

        var rows = entry.IsStored ? _memory.Altered : _memory.Added;
        rows.Add(new(entry.Row.Id, entry.IsStored ? key with { Recipient = entry.Row.Recipient } : key, hash, state, scopes, reason, entry.HadEarlier));

        if (entry.AsNew(key.TenantId, after) is { } found)
        {
            _memory.New.Add(found);
        }
    }

    private long? ReasonOf(Contribution? contribution) => contribution?.Reason is { } named ? _session.Names.ReasonOf(named) : null;

    private void Count(string tenantId, in Contribution contribution, in ScopeIds scopes, long? reason, int sign) =>
        _memory.Rollups.Add(tenantId, contribution, scopes, _session.Names.ProviderOf(contribution.Provider), reason, sign);
}
