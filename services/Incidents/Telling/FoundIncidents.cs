using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MailStats.Incidents.Detection;
using MailStats.Stores.Incidents;

namespace MailStats.Incidents.Telling;

/// <summary>
/// Gives incidents their ids. An id follows from what was found; when attempts that came late make it begin a little earlier or
/// elsewhere, it stays the one that is known already.
/// </summary>
internal static class FoundIncidents
{
    private static readonly TimeSpan Near = TimeSpan.FromHours(2);

    /// <summary>The ids of all that was found. What is known of the same place goes first: parts of a whole meet it too.</summary>
    public static Dictionary<Incident, string> IdsOf(string tenantId, IReadOnlyList<Incident> all, IReadOnlyList<StoredIncident> known)
    {
        Dictionary<Incident, string> ids = [];
        var taken = new HashSet<string>(StringComparer.Ordinal);

        foreach (var found in all.Where(found => found.Id is not null))
        {
            Give(found, found.Id!);
        }

        foreach (var same in (bool[])[true, false])
        {
            foreach (var found in all.Where(found => found.Id is null).OrderBy(found => found.Opened).ThenBy(found => found.Since))
            {
                var since = Steps.Start(found.Since);
                var before = known
                    .Where(stored => stored.Cause == found.FirstCause.ToString() && !taken.Contains(stored.Incident.Id)
                        && (same ? PlaceOf(stored) == found.Place : PlaceOf(stored).Meets(found.Place))
                        && (stored.Incident.StartedAt - since).Duration() <= Near)
                    .MinBy(stored => (stored.Incident.StartedAt - since).Duration());

                if (before is not null)
                {
                    Give(found, before.Incident.Id);
                }
            }
        }

        foreach (var found in all.Where(found => found.Id is null))
        {
            Give(found, Made(tenantId, found));
        }

        return ids;

        void Give(Incident found, string id)
        {
            found.Id = id;
            ids[found] = id;
            taken.Add(id);
        }
    }

    private static Place PlaceOf(StoredIncident stored) =>
        new(stored.Incident.Domain, stored.Incident.Provider, stored.Incident.OutgoingIp);

    private static string Made(string tenantId, Incident found)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{tenantId}\n{found.FirstCause}\n{found.Since}\n{found.Place.Domain}\n{found.Place.Provider}\n{found.Place.OutgoingIp}");

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
    }
}
