using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.Extensions.Options;

namespace MailStats.ServiceDefaults;

/// <summary>Section <c>Edge</c>: what the process that faces the outside allows.</summary>
public sealed class EdgeOptions
{
    public const string Section = "Edge";

    /// <summary>
    /// Requests per second that one caller with a right key may make in the long run, and one address with all that comes from
    /// it without one: wrong keys, and the first request of a right one.
    /// </summary>
    [Range(1, 1_000_000, ErrorMessage = "Edge:RequestsPerSecond must be 1 to 1000000")]
    public int RequestsPerSecond { get; set; } = 200;

    /// <summary>Requests that may come at once.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Edge:Burst must be 1 to 1000000")]
    public int Burst { get; set; } = 1000;

    /// <summary>
    /// Posts per second of one webhook source in the long run. Most providers send one event a post, and a campaign's all at
    /// once; after a 429 they come again, which takes Mailgun ten minutes and Postmark one.
    /// </summary>
    [Range(1, 1_000_000, ErrorMessage = "Edge:WebhooksPerSecond must be 1 to 1000000")]
    public int WebhooksPerSecond { get; set; } = 1000;

    /// <summary>Posts of one webhook source that may come at once.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Edge:WebhookBurst must be 1 to 1000000")]
    public int WebhookBurst { get; set; } = 10_000;

    /// <summary>
    /// Bytes per second that must come of a request's body at the gateway, on average; what is slower is answered 408. Not more
    /// than <c>Ingest:MinBytesPerSecond</c>.
    /// </summary>
    [Range(1, 1 << 30, ErrorMessage = "Edge:MinBytesPerSecond must be 1 to 1073741824")]
    public int MinBytesPerSecond { get; set; } = 8 * 1024;

    /// <summary>
    /// True refuses what comes by plain HTTP (403), but for <c>/health</c> and <c>/version</c>: probes and load balancers keep
    /// their port. What a trusted proxy says came by HTTPS did.
    /// </summary>
    public bool RequireHttps { get; set; }

    /// <summary>Origins (<c>https://panel.example</c>) whose pages may call the API from a browser. None by default.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) of proxies whose <c>X-Forwarded-*</c> headers are believed. None by default.</summary>
    public IList<string> TrustedProxies { get; } = [];
}

internal sealed class EdgeOptionsCheck : IValidateOptions<EdgeOptions>
{
    public ValidateOptionsResult Validate(string? name, EdgeOptions options)
    {
        var mistakes = options.AllowedOrigins.Where(origin => !IsOrigin(origin))
            .Select(origin => $"Edge:AllowedOrigins: '{origin}' is not an origin like https://panel.example")
            .Concat(options.TrustedProxies.Where(proxy => !IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _))
                .Select(proxy => $"Edge:TrustedProxies: '{proxy}' is neither an address nor a network like 10.0.0.0/8"))
            .ToList();

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static bool IsOrigin(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var address)
        && (address.Scheme == "http" || address.Scheme == "https")
        && address.GetLeftPart(UriPartial.Authority) == origin;
}
