using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailStats.Deploy.Tests;

/// <summary>The rights of the example in Kubernetes are those of the script, which is tried against a real broker elsewhere.</summary>
public sealed class SubscriberTests
{
    private static readonly string Script = File.ReadAllText(Checkout.PathOf("deploy/rabbitmq/add-subscriber.sh"));

    [SkippableFact]
    public void The_example_gives_a_subscriber_what_the_script_gives()
    {
        var example = Manifests.OfFolder("deploy/k8s/examples/subscriber");
        var permissions = example.Find("Permission", "billing")!["spec"]!["permissions"]!;
        var topics = example.Find("TopicPermission", "billing")!["spec"]!["permissions"]!;
        var policy = example.Find("Policy", "subscriber-billing")!["spec"]!;

        Assert.Contains(
            $"set_permissions -p \"$vhost\" \"billing\" \"{permissions["configure"]}\" \"{permissions["write"]}\" \"{permissions["read"]}\"",
            ForBilling,
            StringComparison.Ordinal);
        Assert.Contains($"\"billing\" {topics["exchange"]} '{topics["write"]}' \"{topics["read"]}\"", ForBilling, StringComparison.Ordinal);
        Assert.Contains($"\"{policy["name"]}\" \"{policy["pattern"]}\"", ForBilling, StringComparison.Ordinal);
        var kept = Regex.Match(ForBilling, @"\{""max-length.*\}", RegexOptions.NonBacktracking).Value;
        Assert.True(JsonNode.DeepEquals(policy["definition"], JsonNode.Parse(kept)), kept);
    }

    [SkippableFact]
    public void The_brokers_policy_lets_in_the_pods_of_the_example()
    {
        var example = Manifests.OfFolder("deploy/k8s/examples/subscriber");
        var from = Manifests.OfFolder("deploy/k8s/examples/every-option").Find("NetworkPolicy", "bus-from-subscribers")!["spec"]!["ingress"]![0]!["from"]![0]!;

        var pod = Manifests.PodLabels(example.Find("Deployment", "billing")!);
        var space = Manifests.Labels(example.Find("Namespace", "billing")!["metadata"]!["labels"]);
        Assert.All(Manifests.Labels(from["podSelector"]!["matchLabels"]), label => Assert.Equal(label.Value, pod.GetValueOrDefault(label.Key)));
        Assert.All(Manifests.Labels(from["namespaceSelector"]!["matchLabels"]), label => Assert.Equal(label.Value, space.GetValueOrDefault(label.Key)));
    }

    /// <summary>The script as it stands, with the name filled in and no tenant.</summary>
    private static string ForBilling => Regex.Replace(Script, @"\$\{tenant:\+[^}]*\}", "", RegexOptions.NonBacktracking)
        .Replace("$name", "billing", StringComparison.Ordinal)
        .Replace("\\$", "$", StringComparison.Ordinal);
}
