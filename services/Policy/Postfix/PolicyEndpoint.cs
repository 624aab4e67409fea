using System.Net;
using System.Net.Sockets;

namespace MailStats.Policy.Postfix;

/// <summary>Where the policy server listens, read from a setting.</summary>
internal static class PolicyEndpoint
{
    private const string UnixPrefix = "unix:";

    public static bool TryParse(string text, out EndPoint endpoint)
    {
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal) && text.Length > UnixPrefix.Length)
        {
            endpoint = new UnixDomainSocketEndPoint(text[UnixPrefix.Length..]);

            return true;
        }

        var parsed = IPEndPoint.TryParse(text, out var address);
        endpoint = address!;

        // "127.0.0.1" alone parses with port 0, which means any port: that has to be asked for by ":0".
        return parsed && (address!.Port != 0 || text.EndsWith(":0", StringComparison.Ordinal));
    }
}
