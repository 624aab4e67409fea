using System.Diagnostics;
using OpenTelemetry;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Paths and queries hold what people search for: addresses. A span says the route, the method and the status, which name
/// no one.
/// </summary>
internal sealed class SpansWithoutAddresses : BaseProcessor<Activity>
{
    private static readonly string[] Tags = ["url.path", "url.query", "url.full", "http.url", "http.target"];

    public override void OnEnd(Activity data)
    {
        foreach (var tag in Tags)
        {
            data.SetTag(tag, null);
        }
    }
}
