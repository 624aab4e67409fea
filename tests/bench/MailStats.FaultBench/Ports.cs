using System.Net;
using System.Net.Sockets;

namespace MailStats.FaultBench;

internal static class Ports
{
    private static readonly HashSet<int> Given = [];

    /// <summary>A port of loopback that nothing listens on, and that has not been given before.</summary>
    public static int Free()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;

            lock (Given)
            {
                if (Given.Add(port))
                {
                    return port;
                }
            }
        }
    }
}
