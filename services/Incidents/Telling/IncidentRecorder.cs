using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Incidents.Detection;
using MailStats.Stores.Brake;
using MailStats.Stores.Incidents;
using Found = MailStats.Incidents.Detection.Incident;
using Incident = MailStats.Contracts.Incident;

namespace MailStats.Incidents.Telling;

/// <param name="TenantId">The tenant.</param>
/// <param name="Found">All that was found of it.</param>
/// <param name="From">The first attempts that were read; null before any were.</param>
/// <param name="Holder">The replica that has the tenant's lease.</param>
internal sealed record FoundOfTenant(string TenantId, IReadOnlyList<Found> Found, DateTimeOffset? From, string Holder);

/// <summary>Saves what was found with its evidence and its notices, together or not at all.</summary>
internal sealed class IncidentRecorder(IIncidentStore store, EvidenceReader evidence, TimeProvider time)
{
    /// <summary>What became evident longer ago is history, and tells nobody: imported logs, or a system that was down for long.</summary>
    private static readonly TimeSpan News = TimeSpan.FromHours(1);

    /// <summary>Incidents that are compared with what is found anew: far more than there are in the time that is kept.</summary>
    private const int MostKnown = 10_000;

    private readonly Dictionary<(string Tenant, string Id), (long Failed, DateTimeOffset At)> _saved = [];

    /// <returns>False when another replica has the tenant by now.</returns>
    public async Task<bool> RecordAsync(
        FoundOfTenant follower, IReadOnlyCollection<Found> changed, bool anew, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        List<Found> due = [.. changed.Union(follower.Found.Where(found => found.Closed is null))];

        if (due.Count == 0 && !anew)
        {
            return true;
        }

        var from = Steps.Start(due.Count > 0 && !anew ? due.Min(found => found.Since) : Steps.Of(follower.From ?? now)) - TimeSpan.FromHours(3);
        List<StoredIncident> known =
        [
            .. (await store.ListAsync(
                new() { TenantId = follower.TenantId, Range = new(from, now.AddDays(1)), Limit = MostKnown }, cancellationToken))
                .Where(stored => stored.Cause != BrakeIncidents.Cause),
        ];
        var mutes = await store.MutesAsync(follower.TenantId, now, cancellationToken);
        var (saved, notices, taken) = (new List<StoredIncident>(), new List<IncidentNotice>(), new HashSet<string>(StringComparer.Ordinal));

        var ids = FoundIncidents.IdsOf(follower.TenantId, follower.Found, known);
        taken.UnionWith(ids.Values);

        foreach (var (found, id) in ids.OrderBy(found => found.Key.Opened).ThenBy(found => found.Key.Since))
        {
            if (due.Contains(found) && (changed.Contains(found) || IsWorthSaving(follower.TenantId, id, found, now)))
            {
                var before = known.FirstOrDefault(stored => stored.Incident.Id == id);
                var incident = await evidence.ReadAsync(follower.TenantId, id, found, before?.Incident, cancellationToken);
                var told = Notices(follower.TenantId, incident, before, mutes, now, notices);
                saved.Add(new() { TenantId = follower.TenantId, Incident = incident, Cause = found.FirstCause.ToString(), Told = told });
                _saved[(follower.TenantId, id)] = ((long)found.Failed, now);
            }
        }

        // What late attempts explain goes again, unless people were told of it: then it is over.
        List<StoredIncident> gone = anew
            ? [.. known.Where(stored => stored.Incident.StartedAt >= follower.From && !taken.Contains(stored.Incident.Id))]
            : [];

        foreach (var stored in gone.Where(stored => stored.Told && stored.Incident.ClosedAt is null))
        {
            var over = stored.Incident with { ClosedAt = now };
            Notices(follower.TenantId, over, stored, mutes, now, notices);
            saved.Add(stored with { Incident = over });
        }

        List<string> removed = [.. gone.Where(stored => !stored.Told).Select(stored => stored.Incident.Id)];

        Forget(follower.TenantId, saved);

        return saved.Count + removed.Count == 0
            || await store.SaveAsync(follower.TenantId, follower.Holder, new(saved, removed, notices), cancellationToken);
    }

    /// <summary>What is over has no numbers that move.</summary>
    private void Forget(string tenantId, List<StoredIncident> saved)
    {
        foreach (var stored in saved.Where(stored => stored.Incident.ClosedAt is not null))
        {
            _saved.Remove((tenantId, stored.Incident.Id));
        }
    }

    /// <summary>Numbers of an open incident are brought up to date when they moved, every ten seconds at most.</summary>
    private bool IsWorthSaving(string tenantId, string id, Found found, DateTimeOffset now) =>
        !_saved.TryGetValue((tenantId, id), out var last) || (last.Failed != (long)found.Failed && now - last.At >= TimeSpan.FromSeconds(10));

    private static bool Notices(
        string tenantId,
        Incident incident,
        StoredIncident? before,
        IReadOnlyList<IncidentMute> mutes,
        DateTimeOffset now,
        List<IncidentNotice> notices)
    {
        var told = before?.Told ?? false;

        if (mutes.Any(mute => mute.Covers(incident)))
        {
            return told;
        }

        if (!told && incident.ClosedAt is null && now - incident.OpenedAt <= News)
        {
            var id = IdOf("opened", tenantId, incident, "");
            notices.Add(new(id, nameof(IncidentOpened), JsonSerializer.Serialize(
                new() { NoticeId = id, TenantId = tenantId, OccurredAt = now, Incident = incident }, IncidentJson.Default.IncidentOpened), now));

            return true;
        }

        if (told && incident.ClosedAt is { } closed && before!.Incident.ClosedAt is null)
        {
            var id = IdOf("closed", tenantId, incident, closed.UtcTicks.ToString(CultureInfo.InvariantCulture));
            notices.Add(new(id, nameof(IncidentClosed), JsonSerializer.Serialize(
                new() { NoticeId = id, TenantId = tenantId, OccurredAt = now, Incident = incident }, IncidentJson.Default.IncidentClosed), now));
        }
        else if (told && incident.ClosedAt is null && Whereabouts(incident) != Whereabouts(before!.Incident))
        {
            var id = IdOf("changed", tenantId, incident, Whereabouts(incident));
            notices.Add(new(id, nameof(IncidentChanged), JsonSerializer.Serialize(
                new() { NoticeId = id, TenantId = tenantId, OccurredAt = now, Incident = incident }, IncidentJson.Default.IncidentChanged), now));
        }

        return told;
    }

    private static string Whereabouts(Incident incident) =>
        $"{incident.Kind}\n{incident.Domain}\n{incident.Provider}\n{incident.OutgoingIp}\n{incident.ClosedAt is null}";

    private static Guid IdOf(string turn, string tenantId, Incident incident, string rest) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{turn}\n{tenantId}\n{incident.Id}\n{rest}")).AsSpan(0, 16));
}
