using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace MailStats.Gateway.Forwarding;

/// <summary>What every cluster gets unless its settings say otherwise: probes, time-outs, spreading of load.</summary>
internal sealed class ClusterDefaults : IProxyConfigFilter
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(100);

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) => ValueTask.FromResult(cluster with
    {
        LoadBalancingPolicy = cluster.LoadBalancingPolicy ?? "PowerOfTwoChoices",
        HttpClient = cluster.HttpClient ?? new HttpClientConfig { EnableMultipleHttp2Connections = true },
        // Only silence is limited: an export or a live view may take as long as it flows.
        HttpRequest = cluster.HttpRequest ?? new ForwarderRequestConfig { ActivityTimeout = Silence },
        HealthCheck = cluster.HealthCheck ?? new HealthCheckConfig
        {
            AvailableDestinationsPolicy = "HealthyOrPanic",
            Active = new ActiveHealthCheckConfig
            {
                Enabled = true,
                Policy = "ConsecutiveFailures",
                Path = "/health/ready",
                Interval = TimeSpan.FromSeconds(5),
                Timeout = TimeSpan.FromSeconds(3),
            },
            Passive = new PassiveHealthCheckConfig
            {
                Enabled = true,
                Policy = "TransportFailureRate",
                ReactivationPeriod = TimeSpan.FromSeconds(10),
            },
        },
    });

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) => ValueTask.FromResult(route);
}
