using System.Net;
using System.Net.Sockets;

namespace MailStats.Ingest.Lmtp;

/// <summary>Where LMTP is served: this machine alone, for whoever connects is believed.</summary>
internal static class LmtpEndpoint
{
    private const string UnixPrefix = "unix:";

    /// <summary><c>127.0.0.1:2424</c>, <c>[::1]:2424</c> or <c>unix:/run/mailstats/lmtp.sock</c>; null when the text is none of these.</summary>
    public static EndPoint? Read(string text)
    {
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal) && text.Length > UnixPrefix.Length)
        {
            return new UnixDomainSocketEndPoint(text[UnixPrefix.Length..]);
        }

        // "127.0.0.1" alone parses with port 0, which means any port: that has to be asked for by ":0".
        return IPEndPoint.TryParse(text, out var address) && IPAddress.IsLoopback(address.Address)
            && (address.Port != 0 || text.EndsWith(":0", StringComparison.Ordinal))
                ? address
                : null;
    }
}
