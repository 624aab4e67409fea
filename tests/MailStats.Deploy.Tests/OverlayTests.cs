using System.Text.Json;
using System.Text.Json.Nodes;

namespace MailStats.Deploy.Tests;

/// <summary>Every overlay renders into what a cluster accepts, and every name in it means something.</summary>
public sealed class OverlayTests
{
    // Custom resources that no package has types for; the operators' own definitions validate them on the cluster.
    private static readonly string[] Untyped =
    [
        "MongoDBCommunity", "RabbitmqCluster", "User", "Permission", "TopicPermission", "Policy", "GitRepository", "Kustomization", "Application",
    ];

    // Made outside the manifests: by deploy/k8s/make-secrets.sh, an operator or an external secret store (docs/operations.md).
    private static readonly string[] GivenSecrets =
    [
        "mailstats-collector-key", "mailstats-mongodb-connection", "mailstats-mongodb-password", "mailstats-storage",
        "mailstats-mongodb-root", "mailstats-rabbitmq-default-user", "billing-user-credentials",
    ];

    public static TheoryData<string> Overlays => [.. Manifests.Overlays];

    private static readonly string[] ProbeNames = ["startupProbe", "livenessProbe", "readinessProbe"];

    private static readonly string[] RenderedFolders =
    [
        .. Manifests.Overlays.Select(overlay => $"deploy/k8s/overlays/{overlay}"),
        .. Directory.EnumerateDirectories(Checkout.PathOf("deploy/k8s/examples"))
            .Select(folder => Path.GetRelativePath(Checkout.Root, folder)).Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Folders => [.. RenderedFolders];

    [Fact]
    public void Every_component_is_rendered_somewhere()
    {
        var used = RenderedFolders
            .Select(folder => Checkout.Read($"{folder}/kustomization.yaml"))
            .SelectMany(text => text.Split('\n'))
            .Where(line => line.Contains("components/", StringComparison.Ordinal))
            .Select(line => line[(line.LastIndexOf('/') + 1)..])
            .ToHashSet(StringComparer.Ordinal);
        // Instead of others, which overlays have: rendered by the test after this one.
        string[] others = ["autoscaling-keda", "ingress"];

        Assert.All(
            Directory.EnumerateDirectories(Checkout.PathOf("deploy/k8s/components")).Select(folder => Path.GetFileName(folder)),
            component => Assert.True(used.Contains(component) || others.Contains(component), component));
    }

    [Fact]
    public void One_call_sets_registry_and_version_of_every_image()
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-images-");
        var images = Directory.CreateDirectory(Path.Combine(folder.FullName, "components/images"));
        File.Copy(Checkout.PathOf("deploy/k8s/set-images.sh"), Path.Combine(folder.FullName, "set-images.sh"));
        File.Copy(Checkout.PathOf("deploy/k8s/components/images/kustomization.yaml"), Path.Combine(images.FullName, "kustomization.yaml"));

        var run = Tools.Run("bash", [Path.Combine(folder.FullName, "set-images.sh"), "registry.example.com:5000/mail/stats/", "1.2.3"]);
        var set = Manifests.Array(Yaml.Document(File.ReadAllText(Path.Combine(images.FullName, "kustomization.yaml")))["images"]).ToList();
        folder.Delete(recursive: true);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            Manifests.Services.Keys.Append("collector").Order(StringComparer.Ordinal).Select(name => $"registry.example.com:5000/mail/stats/{name}:1.2.3"),
            set.Select(image => $"{image["newName"]}:{image["newTag"]}").Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public void Every_manifest_has_the_fields_and_types_of_the_Kubernetes_API_and_no_other()
    {
        Skip.IfNot(Tools.Exists("node") && Tools.Exists("npm"), "Node.js is not installed");
        var types = Checkout.PathOf("tests/MailStats.Deploy.Tests/kubernetes-types");
        InstallTypes(types);

        var manifests = new JsonObject();

        foreach (var folder in RenderedFolders.Concat(["deploy/k8s/components/autoscaling-keda", "deploy/k8s/components/ingress"]))
        {
            foreach (var item in ObjectsOf(folder).Where(item => !Untyped.Contains(Manifests.Kind(item))))
            {
                manifests[$"{folder}: {Manifests.Kind(item)}/{Manifests.Name(item)}"] = item.DeepClone();
            }
        }

        var check = Tools.Run("node", ["check.mjs"], manifests.ToJsonString(), types);

        Assert.True(check is { ExitCode: 0, Output: "" }, check.Output + check.Errors);
        Assert.True(manifests.Count > 80);
    }

    [SkippableTheory]
    [MemberData(nameof(Folders))]
    public void The_schemas_of_the_API_accept_every_manifest(string folder)
    {
        var validator = Checkout.PathOf("../shared/tools/kubernetes/validate.py");
        Skip.IfNot(File.Exists(validator), "There is no schema validator beside this checkout");
        Skip.IfNot(Tools.Run("/usr/bin/python3", ["-c", "import yaml, jsonschema"]).ExitCode == 0, "python3-yaml and python3-jsonschema are not installed");

        var lines = Tools.Run("/usr/bin/python3", [validator, "-"], Manifests.OfFolder(folder).Text).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.All(lines, line => Assert.Matches(" (ok|unknown kind)$", line));
    }

    [SkippableTheory]
    [MemberData(nameof(Folders))]
    public void Every_name_that_a_pod_refers_to_exists(string folder)
    {
        var manifests = Manifests.OfFolder(folder);
        var missing = new List<string>();

        foreach (var workload in manifests.Workloads)
        {
            var pod = Manifests.PodSpec(workload);
            var volumes = Manifests.Array(pod["volumes"]).ToList();
            var volumeNames = volumes.Select(volume => volume["name"]!.ToString())
                .Concat(Manifests.Array(workload["spec"]!["volumeClaimTemplates"]).Select(Manifests.Name))
                .ToHashSet();

            Expect("ServiceAccount", pod["serviceAccountName"]);
            volumes.ForEach(volume => Expect("ConfigMap", volume["configMap"]?["name"]));
            volumes.ForEach(volume => Expect("PersistentVolumeClaim", volume["persistentVolumeClaim"]?["claimName"]));

            foreach (var container in Manifests.Containers(workload))
            {
                Manifests.Array(container["envFrom"]).ToList().ForEach(source => Expect("ConfigMap", source["configMapRef"]?["name"]));
                missing.AddRange(Manifests.Array(container["env"])
                    .Select(variable => variable["valueFrom"]?["secretKeyRef"]?["name"]?.ToString())
                    .Where(secret => secret is not null && !GivenSecrets.Contains(secret))
                    .Select(secret => $"{Manifests.Name(workload)}: Secret {secret}"));
                missing.AddRange(Manifests.Array(container["volumeMounts"])
                    .Select(mount => mount["name"]!.ToString())
                    .Where(name => !volumeNames.Contains(name))
                    .Select(name => $"{Manifests.Name(workload)}: volume {name}"));
            }

            void Expect(string kind, JsonNode? name)
            {
                if (name is not null && manifests.Find(kind, name.ToString()) is null)
                {
                    missing.Add($"{Manifests.Name(workload)}: {kind} {name}");
                }
            }
        }

        Assert.Empty(missing);
    }

    [SkippableTheory]
    [MemberData(nameof(Overlays))]
    public void Every_service_reaches_a_port_that_its_pods_have(string overlay)
    {
        var manifests = Manifests.Of(overlay);

        foreach (var service in manifests.Objects.Where(item => Manifests.Kind(item) == "Service"))
        {
            var selector = Manifests.Labels(service["spec"]!["selector"]);
            var workload = Assert.Single(manifests.Workloads, workload => selector.All(Manifests.PodLabels(workload).Contains));
            var ports = Ports(workload);

            foreach (var port in Manifests.Array(service["spec"]!["ports"]))
            {
                Assert.True(ports.ContainsKey(port["targetPort"]!.ToString()), $"{Manifests.Name(service)}: no port {port["targetPort"]}");
                Assert.Equal(ports[port["targetPort"]!.ToString()], port["port"]!.GetValue<long>());
            }
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Overlays))]
    public void Every_probe_asks_a_port_that_the_container_has(string overlay)
    {
        foreach (var workload in Manifests.Of(overlay).Workloads)
        {
            var ports = Ports(workload);

            foreach (var probe in Manifests.Containers(workload).SelectMany(Probes))
            {
                if ((probe["httpGet"] ?? probe["tcpSocket"])?["port"] is { } port)
                {
                    Assert.Contains(port.ToString(), ports.Keys);
                }
            }
        }
    }

    [SkippableTheory]
    [InlineData("production", "HorizontalPodAutoscaler")]
    [InlineData("production", "PodDisruptionBudget")]
    public void Autoscalers_and_disruption_budgets_name_what_exists(string overlay, string kind)
    {
        var manifests = Manifests.Of(overlay);
        var items = manifests.Objects.Where(item => Manifests.Kind(item) == kind).ToList();

        Assert.True(items.Count >= 6);
        Assert.All(items, item => Assert.NotNull(manifests.Find(
            "Deployment",
            (item["spec"]!["scaleTargetRef"]?["name"] ?? item["spec"]!["selector"]!["matchLabels"]!["app.kubernetes.io/name"])!.ToString())));
    }

    [SkippableFact]
    public void A_change_of_settings_rolls_every_service()
    {
        var manifests = Manifests.Of("production");
        var settings = Assert.Single(
            manifests.Objects,
            item => Manifests.Kind(item) == "ConfigMap" && Manifests.Name(item).StartsWith("mailstats-settings-", StringComparison.Ordinal));

        Assert.All(Manifests.Services.Keys, name => Assert.Contains(
            Manifests.Name(settings),
            Manifests.Array(Manifests.Containers(manifests.Find("Deployment", name)!).Single()["envFrom"])
                .Select(source => source["configMapRef"]!["name"]!.ToString())));
    }

    [Fact]
    public void No_manifest_holds_a_secret()
    {
        var files = Directory.EnumerateFiles(Checkout.PathOf("deploy"), "*.y*ml", SearchOption.AllDirectories).Append(Checkout.PathOf("docker-compose.yml"));

        Assert.All(files, file => Assert.DoesNotContain("kind: Secret", File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public void Generated_secrets_are_those_that_the_manifests_read()
    {
        var made = Tools.Run("bash", [Checkout.PathOf("deploy/k8s/make-secrets.sh")]);
        var secrets = Yaml.Documents(made.Output);

        Assert.Equal(0, made.ExitCode);
        Assert.All(secrets, secret => Assert.Contains(Manifests.Name(secret), GivenSecrets));
        Assert.Equal(
            secrets.Single(secret => Manifests.Name(secret) == "mailstats-rabbitmq-default-user")["stringData"]!["connection_string"]!.ToString(),
            $"amqp://mailstats:{secrets[0]["stringData"]!["password"]}@mailstats-rabbitmq:5672/");
        Assert.NotEqual(made.Output, Tools.Run("bash", [Checkout.PathOf("deploy/k8s/make-secrets.sh")]).Output);
    }

    internal static Dictionary<string, long> Ports(JsonObject workload) => Manifests.Containers(workload)
        .SelectMany(container => Manifests.Array(container["ports"]))
        .ToDictionary(port => port["name"]!.ToString(), port => port["containerPort"]!.GetValue<long>());

    internal static IEnumerable<JsonNode> Probes(JsonObject container) =>
        ProbeNames.Select(probe => container[probe]).OfType<JsonNode>();

    private static IEnumerable<JsonObject> ObjectsOf(string folder) => folder.Contains("/components/", StringComparison.Ordinal)
        ? Directory.EnumerateFiles(Checkout.PathOf(folder), "*.yaml")
            .Where(file => Path.GetFileName(file) != "kustomization.yaml")
            .SelectMany(file => Yaml.Documents(File.ReadAllText(file)))
        : Manifests.OfFolder(folder).Objects;

    private static void InstallTypes(string folder)
    {
        var installed = Path.Combine(folder, "node_modules", ".package-lock.json");

        if (!File.Exists(installed) || File.GetLastWriteTimeUtc(installed) < File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
        {
            var install = Tools.Run("npm", ["ci"], folder: folder);
            Assert.True(install.ExitCode == 0, install.Errors);
        }
    }
}
