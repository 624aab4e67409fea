using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.ServiceDiscovery;

namespace MailStats.Gateway.Forwarding;

/// <summary>The addresses behind a name.</summary>
internal delegate Task<IPAddress[]> NameLookup(string name, CancellationToken cancellationToken);

/// <summary>
/// A service is named; behind the name stand its replicas (Compose, a headless Service of Kubernetes). Each becomes a
/// destination of its own, so that load, probes and second tries are by replica. Names are asked for again from time to
/// time; one that cannot be resolved stands for itself until it can, for a service that is away must not stop the gateway.
/// </summary>
internal sealed partial class NamedReplicas(NameLookup lookup, TimeProvider time, ILogger<NamedReplicas> logger) : IDestinationResolver
{
    private static readonly TimeSpan AskedAgain = TimeSpan.FromSeconds(15);

    public async ValueTask<ResolvedDestinationCollection> ResolveDestinationsAsync(
        IReadOnlyDictionary<string, DestinationConfig> destinations, CancellationToken cancellationToken)
    {
        var resolved = new Dictionary<string, DestinationConfig>(StringComparer.OrdinalIgnoreCase);

        foreach (var (name, destination) in destinations)
        {
            foreach (var (replica, address) in await ReplicasAsync(name, destination, cancellationToken))
            {
                resolved[replica] = address;
            }
        }

        var expiry = new CancellationTokenSource(AskedAgain, time);

        return new ResolvedDestinationCollection(resolved, new CancellationChangeToken(expiry.Token));
    }

    private async Task<IEnumerable<(string Name, DestinationConfig Destination)>> ReplicasAsync(
        string name, DestinationConfig destination, CancellationToken cancellationToken)
    {
        var address = new Uri(destination.Address);

        // With TLS the name is what the certificate is for.
        if (address.HostNameType != UriHostNameType.Dns || address.Scheme != Uri.UriSchemeHttp)
        {
            return [(name, destination)];
        }

        try
        {
            return (await lookup(address.IdnHost, cancellationToken))
                .Order(Comparer<IPAddress>.Create((one, other) => string.CompareOrdinal(one.ToString(), other.ToString())))
                .Select(replica => ($"{name}/{replica.ToString()}", destination with
                {
                    Address = new UriBuilder(address) { Host = replica.ToString() }.Uri.ToString(),
                    Host = destination.Host ?? address.Authority,
                }));
        }
        catch (SocketException)
        {
            LogUnknown(logger, address.IdnHost);

            return [(name, destination)];
        }
    }

    [LoggerMessage(LogLevel.Debug, "The name {Name} cannot be resolved now")]
    private static partial void LogUnknown(ILogger logger, string name);
}
