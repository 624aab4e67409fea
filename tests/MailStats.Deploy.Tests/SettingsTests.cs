using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailStats.Deploy.Tests;

/// <summary>Variables, ports, probe paths and queue names in the deployment are those of the code.</summary>
public sealed partial class SettingsTests
{
    public static TheoryData<string> Overlays => [.. Manifests.Overlays];

    [SkippableTheory]
    [MemberData(nameof(Overlays))]
    public void Variables_in_the_manifests_are_settings_of_the_service(string overlay)
    {
        var manifests = Manifests.Of(overlay);

        Assert.Empty(Manifests.Services.SelectMany(service => Settings.Mistakes(service.Value, VariablesOf(manifests, service.Key))));
    }

    [Fact]
    public void Variables_in_the_compose_file_are_settings_of_the_service()
    {
        var compose = Compose.Read();

        Assert.Empty(compose.Projects.SelectMany(service => Settings.Mistakes(service.Value, compose.Variables(service.Key))));
    }

    [Fact]
    public void Variables_in_the_image_are_settings_of_every_service()
    {
        var variables = DockerfileTests.FinalVariables();

        // The C library's own.
        Assert.True(variables.Remove("MALLOC_ARENA_MAX"));
        // Standalone chooses its store itself.
        Assert.Empty(Settings.Mistakes("Standalone", new Dictionary<string, string?>(variables) { ["Storage__Provider"] = "Sqlite" }));
        Assert.Equal("8080", variables["ASPNETCORE_HTTP_PORTS"]);
    }

    [Fact]
    public void A_wrong_variable_is_found()
    {
        Assert.Single(Settings.Mistakes(
            "Ingest", new Dictionary<string, string?> { ["Messaging__Transport"] = "RabbitMq", ["Messaging__Address"] = "amqp://x" }));
        Assert.Single(Settings.Mistakes("Ingest", new Dictionary<string, string?> { ["Mesaging__Uri"] = "amqp://x" }));
        Assert.Single(Settings.Mistakes("Ingest", new Dictionary<string, string?> { ["Messaging__Transport"] = "Rabbit" }));
        Assert.Empty(Settings.Mistakes("Ingest", new Dictionary<string, string?> { ["Messaging__Transport"] = "RabbitMq" }));
    }

    [SkippableTheory]
    [MemberData(nameof(Overlays))]
    public void A_service_gets_the_bus_and_the_store_exactly_when_its_code_uses_them(string overlay)
    {
        var manifests = Manifests.Of(overlay);

        foreach (var (name, project) in Manifests.Services)
        {
            var variables = VariablesOf(manifests, name);

            Assert.Equal((name, Settings.UsesBus(project)), (name, variables.ContainsKey("Messaging__Uri")));
            Assert.Equal((name, Settings.UsesStore(project)), (name, variables.ContainsKey("Storage__Provider")));
        }
    }

    [Fact]
    public void A_composed_service_gets_the_bus_and_the_store_exactly_when_its_code_uses_them()
    {
        var compose = Compose.Read();

        // The demo is a client: it runs none of the modules that its image holds.
        foreach (var (name, project) in compose.Projects.Where(service => service.Key != "demo"))
        {
            Assert.Equal((name, Settings.UsesBus(project)), (name, compose.Variables(name).ContainsKey("Messaging__Uri")));
            Assert.Equal((name, Settings.UsesStore(project)), (name, compose.Variables(name).ContainsKey("Storage__Provider")));
            Assert.Equal((name, Settings.UsesBus(project)), (name, compose.DependsOn(name).Contains("rabbitmq")));
            Assert.Equal((name, Settings.UsesStore(project)), (name, compose.DependsOn(name).Contains("mongodb")));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Overlays))]
    public void Containers_open_the_ports_that_their_settings_say(string overlay)
    {
        var manifests = Manifests.Of(overlay);
        var http = long.Parse(DockerfileTests.FinalVariables()["ASPNETCORE_HTTP_PORTS"]!, System.Globalization.CultureInfo.InvariantCulture);

        foreach (var name in Manifests.Services.Keys)
        {
            var ports = OverlayTests.Ports(manifests.Find("Deployment", name)!).Values;

            Assert.Equal(ListenedPorts(VariablesOf(manifests, name)).Append(http).Order(), ports.Order());
        }
    }

    [Fact]
    public void The_compose_file_publishes_ports_that_are_listened_on()
    {
        var compose = Compose.Read();

        foreach (var name in compose.Projects.Keys)
        {
            var open = ListenedPorts(compose.Variables(name)).Append(8080).ToHashSet();

            Assert.All(compose.PublishedPorts(name), port => Assert.Contains(port, open));
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Overlays))]
    public void Probes_ask_paths_that_every_service_maps(string overlay)
    {
        var health = Checkout.Read("services/ServiceDefaults/Health/Health.cs");
        var manifests = Manifests.Of(overlay);
        var paths = Manifests.Services.Keys
            .SelectMany(name => Manifests.Containers(manifests.Find("Deployment", name)!).SelectMany(OverlayTests.Probes))
            .Select(probe => probe["httpGet"]!["path"]!.ToString())
            .Distinct()
            .Order(StringComparer.Ordinal);

        Assert.Equal(["/health/live", "/health/ready"], paths);
        Assert.All(paths, path => Assert.Contains($"MapHealthChecks(\"{path}\"", health, StringComparison.Ordinal));
    }

    [Fact]
    public void Queues_that_the_deployment_names_are_queues_of_the_code()
    {
        var queues = QueuesOfTheCode();
        var scaled = Yaml.Documents(Checkout.Read("deploy/k8s/components/autoscaling-keda/scaled-objects.yaml"))
            .SelectMany(item => Manifests.Array(item["spec"]!["triggers"]))
            .Select(trigger => trigger["metadata"]!["queueName"]?.ToString())
            .OfType<string>()
            .ToList();

        Assert.NotEmpty(scaled);
        Assert.All(scaled, queue => Assert.Contains(queue, queues));
    }

    [Fact]
    public void Alerts_watch_every_queue_that_outlives_its_service()
    {
        var watched = WatchedServices().Match(Checkout.Read("deploy/monitoring/alerts.yml")).Groups[1].Value.Split('|');

        Assert.Equal(QueuesOfTheCode().Select(queue => queue.Split('.')[0]).Distinct().Order(StringComparer.Ordinal), watched.Order(StringComparer.Ordinal));
    }

    internal static Dictionary<string, string?> VariablesOf(Manifests manifests, string service)
    {
        var container = Manifests.Containers(manifests.Find("Deployment", service)!).Single();
        var variables = Manifests.Array(container["envFrom"])
            .SelectMany(source => manifests.Find("ConfigMap", source["configMapRef"]!["name"]!.ToString())!["data"]!.AsObject())
            .ToDictionary(pair => pair.Key, pair => (string?)pair.Value!.ToString());

        foreach (var variable in Manifests.Array(container["env"]))
        {
            variables[variable["name"]!.ToString()] = variable["value"]?.ToString();
        }

        return variables;
    }

    private static List<string> QueuesOfTheCode() =>
    [
        .. Checkout.SourceFiles()
            .SelectMany(file => QueueName().Matches(File.ReadAllText(file)))
            // Queues of live views end with their process.
            .Where(match => !match.Value.StartsWith("Temporary(", StringComparison.Ordinal))
            .Select(match => match.Groups[1].Value)
            .Distinct(),
    ];

    private static IEnumerable<long> ListenedPorts(IReadOnlyDictionary<string, string?> variables) => variables
        .Where(variable => variable.Key.StartsWith("Policy__Listen", StringComparison.Ordinal))
        .Select(variable => long.Parse(variable.Value![(variable.Value!.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture));

    [GeneratedRegex("(?:Temporary\\()?\"((?:ingest|classifier|aggregator|query|policy|notifier)\\.[a-z]+-[a-z-]+)\"")]
    private static partial Regex QueueName();

    [GeneratedRegex("MailStatsQueueGrows\\s+expr: .*queue=~\"\\(([a-z|]+)\\)")]
    private static partial Regex WatchedServices();
}
