using System.ComponentModel.DataAnnotations;
using System.Net;

namespace MailStats.ServiceDefaults;

/// <summary>Section <c>Edge</c>: what the process that faces the outside allows.</summary>
public sealed class EdgeOptions : IValidatableObject
{
    public const string Section = "Edge";

    /// <summary>Requests per second that one key (or one address without a key) may make in the long run.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Edge:RequestsPerSecond must be 1 to 1000000")]
    public int RequestsPerSecond { get; set; } = 200;

    /// <summary>Requests that may come at once.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Edge:Burst must be 1 to 1000000")]
    public int Burst { get; set; } = 1000;

    /// <summary>Origins (<c>https://panel.example</c>) whose pages may call the API from a browser. None by default.</summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Addresses or networks (<c>10.0.0.0/8</c>) of proxies whose <c>X-Forwarded-*</c> headers are believed. None by default.</summary>
    public IList<string> TrustedProxies { get; } = [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var origin in AllowedOrigins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var address)
                || address.Scheme is not ("http" or "https")
                || address.GetLeftPart(UriPartial.Authority) != origin)
            {
                yield return new($"Edge:AllowedOrigins: '{origin}' is not an origin like https://panel.example");
            }
        }

        foreach (var proxy in TrustedProxies)
        {
            if (!IPAddress.TryParse(proxy, out _) && !IPNetwork.TryParse(proxy, out _))
            {
                yield return new($"Edge:TrustedProxies: '{proxy}' is neither an address nor a network like 10.0.0.0/8");
            }
        }
    }
}
