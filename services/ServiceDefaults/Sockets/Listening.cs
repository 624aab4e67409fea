using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace MailStats.ServiceDefaults;

/// <summary>Sockets of other protocols than HTTP.</summary>
public static class Listening
{
    /// <summary>Listens; the file of a Unix socket that a killed process left behind is replaced.</summary>
    /// <param name="transport">Makes the listener.</param>
    /// <param name="setting">That names the address.</param>
    /// <param name="endpoint">The address.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="CannotListenException">It cannot be listened on.</exception>
    public static async Task<IConnectionListener> ListenAsync(
        this IConnectionListenerFactory transport, string setting, EndPoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            if (endpoint is UnixDomainSocketEndPoint unix)
            {
                await StaleSocket.RemoveAsync(unix, cancellationToken);
            }

            return await transport.BindAsync(endpoint, cancellationToken);
        }
        catch (Exception cause) when (cause is SocketException or AddressInUseException or IOException or UnauthorizedAccessException)
        {
            throw new CannotListenException($"{setting}: cannot listen on {endpoint}: {cause.Message}", cause);
        }
    }
}
