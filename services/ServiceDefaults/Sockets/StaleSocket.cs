using System.Net.Sockets;

namespace MailStats.ServiceDefaults;

/// <summary>The file of a Unix socket that a killed process left behind.</summary>
internal static class StaleSocket
{
    /// <summary>Removes the file; one that somebody listens on stays, and binding fails.</summary>
    public static async Task RemoveAsync(UnixDomainSocketEndPoint endpoint, CancellationToken cancellationToken)
    {
        var path = endpoint.ToString();

        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        try
        {
            await probe.ConnectAsync(endpoint, cancellationToken);
        }
        catch (SocketException gone) when (gone.SocketErrorCode is SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
    }
}
