using System.Text.Json.Nodes;

namespace MailStats.Deploy.Tests;

/// <summary>The network policies allow the arrows of docs/architecture.md and no others.</summary>
public sealed class NetworkPolicyTests
{
    private static readonly string[] Arrows =
    [
        "gateway -> classifier", "gateway -> ingest", "gateway -> notifier", "gateway -> policy", "gateway -> query",
        "aggregator -> bus", "classifier -> bus", "ingest -> bus", "notifier -> bus", "query -> bus",
        "aggregator -> store", "classifier -> store", "incidents -> store", "ingest -> store", "notifier -> store", "policy -> store",
        "query -> store",
    ];

    [SkippableFact]
    public void Pods_reach_each_other_along_the_arrows_only()
    {
        var dev = Manifests.Of("dev");
        var pods = dev.Workloads.ToDictionary(NodeOf, Manifests.PodLabels);
        var policies = dev.Objects.Where(item => Manifests.Kind(item) == "NetworkPolicy").Select(item => item["spec"]!.AsObject()).ToList();
        var ports = dev.Workloads.ToDictionary(NodeOf, OverlayTests.Ports);
        var allowed = new List<string>();

        foreach (var from in pods.Keys)
        {
            foreach (var to in pods.Keys.Where(to => to != from))
            {
                if (ports[to].Any(port => Allows(policies, "Egress", pods[from], pods[to], port) && Allows(policies, "Ingress", pods[to], pods[from], port)))
                {
                    allowed.Add($"{from} -> {to}");
                }
            }
        }

        // The gateway faces everyone, but nobody inside may ask it.
        Assert.Equal(Arrows.Order(StringComparer.Ordinal), allowed.Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void Whatever_no_policy_names_is_denied()
    {
        var deny = Manifests.Of("production").Find("NetworkPolicy", "deny-all")!["spec"]!;

        Assert.Empty(deny["podSelector"]!.AsObject());
        Assert.Equal(["Ingress", "Egress"], deny["policyTypes"]!.AsArray().Select(type => type!.ToString()));
        Assert.Null(deny["ingress"]);
        Assert.Null(deny["egress"]);
    }

    private static string NodeOf(JsonObject workload) => Manifests.Name(workload) switch
    {
        "mailstats-rabbitmq" => "bus",
        "mailstats-mongodb" => "store",
        var name => name,
    };

    /// <summary>Whether a policy of this direction that selects <paramref name="subject"/> allows <paramref name="peer"/> on the port.</summary>
    private static bool Allows(
        List<JsonObject> policies, string direction, Dictionary<string, string> subject, Dictionary<string, string> peer, KeyValuePair<string, long> port) =>
        policies
            .Where(policy => policy["policyTypes"]!.AsArray().Any(type => type!.ToString() == direction) && Selects(policy["podSelector"], subject))
            .SelectMany(policy => Manifests.Array(policy[direction == "Egress" ? "egress" : "ingress"]))
            .Any(rule => Peers(rule[direction == "Egress" ? "to" : "from"], peer) && OnPort(rule["ports"], port));

    private static bool Peers(JsonNode? peers, Dictionary<string, string> labels) =>
        peers is null || Manifests.Array(peers).Any(peer =>
            peer["namespaceSelector"] is null && peer["ipBlock"] is null && Selects(peer["podSelector"], labels));

    private static bool OnPort(JsonNode? ports, KeyValuePair<string, long> port) =>
        ports is null || Manifests.Array(ports).Select(allowed => allowed["port"]!.ToString()).Any(allowed =>
            allowed == port.Key || allowed == port.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static bool Selects(JsonNode? selector, Dictionary<string, string> labels) =>
        Manifests.Labels(selector!["matchLabels"]).All(labels.Contains)
        && Manifests.Array(selector["matchExpressions"]).All(expression =>
            expression["operator"]!.ToString() == "In"
            && labels.TryGetValue(expression["key"]!.ToString(), out var value)
            && expression["values"]!.AsArray().Any(wanted => wanted!.ToString() == value));
}
