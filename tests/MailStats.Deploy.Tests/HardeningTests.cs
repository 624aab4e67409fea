using System.Globalization;
using System.Text.Json.Nodes;

namespace MailStats.Deploy.Tests;

/// <summary>What every pod must be: unprivileged, bounded, probed, and patient when it is told to stop.</summary>
public sealed class HardeningTests
{
    public static TheoryData<string> Overlays => [.. Manifests.Overlays];

    [SkippableTheory]
    [MemberData(nameof(Overlays))]
    public void Pods_meet_the_restricted_standard_and_have_no_token(string overlay)
    {
        foreach (var workload in Manifests.Of(overlay).Workloads)
        {
            var pod = Manifests.PodSpec(workload);

            Assert.False(pod["automountServiceAccountToken"]!.GetValue<bool>());
            Assert.False(pod["enableServiceLinks"]!.GetValue<bool>());
            Assert.True(pod["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
            Assert.NotEqual(0, pod["securityContext"]!["runAsUser"]!.GetValue<long>());
            Assert.Equal("RuntimeDefault", pod["securityContext"]!["seccompProfile"]!["type"]!.ToString());
            Assert.All(["hostNetwork", "hostPID", "hostIPC"], name => Assert.Null(pod[name]));
            Assert.All(Manifests.Array(pod["volumes"]), volume => Assert.Null(volume["hostPath"]));

            foreach (var container in Manifests.Containers(workload))
            {
                Assert.False(container["securityContext"]!["allowPrivilegeEscalation"]!.GetValue<bool>());
                Assert.Equal(["ALL"], container["securityContext"]!["capabilities"]!["drop"]!.AsArray().Select(capability => capability!.ToString()));
            }
        }
    }

    /// <summary>The operator merges these into the pods it makes; what it gives them of its own is less than the namespace asks.</summary>
    [SkippableFact]
    public void Members_of_the_replica_set_that_the_operator_makes_are_let_into_the_namespace()
    {
        var production = Manifests.Of("production");
        var pod = production.Find("MongoDBCommunity", "mailstats-mongodb")!["spec"]!["statefulSet"]!["spec"]!["template"]!["spec"]!;

        Assert.True(pod["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
        Assert.Equal("RuntimeDefault", pod["securityContext"]!["seccompProfile"]!["type"]!.ToString());
        var containers = Manifests.Array(pod["initContainers"]).Concat(Manifests.Array(pod["containers"])).ToList();
        Assert.Equal(
            ["mongod-posthook", "mongodb-agent-readinessprobe", "mongodb-agent", "mongod"],
            containers.Select(container => container["name"]!.ToString()));
        Assert.All(containers, container => Assert.Equal("ALL", Assert.Single(container["securityContext"]!["capabilities"]!["drop"]!.AsArray())!.ToString()));

        var account = pod["serviceAccountName"]!.ToString();
        Assert.NotNull(production.Find("ServiceAccount", account));
        var binding = production.Find("RoleBinding", account)!;
        Assert.Equal(account, Assert.Single(binding["subjects"]!.AsArray())!["name"]!.ToString());
        Assert.NotNull(production.Find("Role", binding["roleRef"]!["name"]!.ToString()));
    }

    [SkippableTheory]
    [MemberData(nameof(Overlays))]
    public void Containers_have_probes_requests_and_a_memory_limit(string overlay)
    {
        foreach (var container in Manifests.Of(overlay).Workloads.SelectMany(Manifests.Containers))
        {
            Assert.NotNull(container["readinessProbe"]);
            Assert.NotNull(container["livenessProbe"]);
            Assert.NotNull(container["resources"]!["requests"]!["cpu"]);
            Assert.NotNull(container["resources"]!["requests"]!["memory"]);
            Assert.NotNull(container["resources"]!["limits"]!["memory"]);
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Overlays))]
    public void Services_cannot_write_to_their_image(string overlay) =>
        Assert.All(ServicesOf(overlay), workload => Assert.True(
            Manifests.Containers(workload).Single()["securityContext"]!["readOnlyRootFilesystem"]!.GetValue<bool>()));

    [SkippableTheory]
    [MemberData(nameof(Overlays))]
    public void Services_are_given_longer_to_stop_than_they_take(string overlay)
    {
        // The bus stops its consumers within MassTransitHostOptions.StopTimeout (services/ServiceDefaults/Messaging/Messaging.cs).
        const int drain = 30;
        Assert.Contains(
            $"StopTimeout = TimeSpan.FromSeconds({drain})", Checkout.Read("services/ServiceDefaults/Messaging/Messaging.cs"), StringComparison.Ordinal);

        foreach (var workload in ServicesOf(overlay))
        {
            var variables = SettingsTests.VariablesOf(Manifests.Of(overlay), Manifests.Name(workload));
            var pause = TimeSpan.Parse(variables["Shutdown__Pause"]!, CultureInfo.InvariantCulture);

            // The gateway keeps a connection for two seconds (gateway/GatewayModule.cs).
            Assert.True(pause >= TimeSpan.FromSeconds(4));
            Assert.True(Manifests.PodSpec(workload)["terminationGracePeriodSeconds"]!.GetValue<long>() > pause.TotalSeconds + drain);
            Assert.Equal(0, workload["spec"]!["strategy"]!["rollingUpdate"]!["maxUnavailable"]!.GetValue<long>());
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Overlays))]
    public void Images_carry_a_whole_version(string overlay) =>
        Assert.All(
            Manifests.Of(overlay).Workloads.SelectMany(Manifests.Containers).Select(container => container["image"]!.ToString()),
            image => Assert.Matches(@"^[^:]+:v?\d+\.\d+\.\d+(-[\w.-]+)?$", image));

    [SkippableFact]
    public void In_production_a_service_survives_the_loss_of_a_replica()
    {
        var production = Manifests.Of("production");

        foreach (var name in Manifests.Services.Keys)
        {
            var replicas = production.Find("HorizontalPodAutoscaler", name)?["spec"]!["minReplicas"]
                ?? production.Find("Deployment", name)!["spec"]!["replicas"];

            Assert.True(replicas!.GetValue<long>() >= 2, name);
            Assert.NotEmpty(Manifests.PodSpec(production.Find("Deployment", name)!)["topologySpreadConstraints"]!.AsArray());
        }
    }

    private static IEnumerable<JsonObject> ServicesOf(string overlay)
    {
        var manifests = Manifests.Of(overlay);

        return Manifests.Services.Keys.Select(name => manifests.Find("Deployment", name)!);
    }
}
