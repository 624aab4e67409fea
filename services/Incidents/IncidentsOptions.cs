using System.ComponentModel.DataAnnotations;

namespace MailStats.Incidents;

/// <summary>Section <c>Incidents</c>.</summary>
public sealed class IncidentsOptions
{
    public const string Section = "Incidents";

    /// <summary>How long a replica has a tenant for itself; the tenants of one that died are followed by others after this.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:05:00", ErrorMessage = "Incidents:Lease must be 2 seconds to 5 minutes")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);
}
