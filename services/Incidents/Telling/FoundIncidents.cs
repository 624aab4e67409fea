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

    public static string IdOf(string tenantId, Incident found, IEnumerable<StoredIncident> known, IReadOnlySet<string> taken)
    {
        var since = Steps.Start(found.Since);
        var same = known
            .Where(stored => stored.Cause == found.FirstCause.ToString() && !taken.Contains(stored.Incident.Id)
                && PlaceOf(stored).Meets(found.Place) && (stored.Incident.StartedAt - since).Duration() <= Near)
            .MinBy(stored => (stored.Incident.StartedAt - since).Duration());

        return same?.Incident.Id ?? Made(tenantId, found);
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
