using System.Text.Json.Nodes;

namespace MailStats.Deploy.Tests;

/// <summary>Started from the sources, a service joins the compose stack: same bus, same store, an address of its own.</summary>
public sealed class LaunchProfileTests
{
    public static TheoryData<string> Services => [.. Manifests.Services.Values.Where(service => service != "Gateway")];

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_has_the_variables_that_compose_gives_it_but_no_secret(string service)
    {
        var compose = Compose.Read();
        var composed = compose.Variables(compose.Projects.Single(project => project.Value == service).Key);
        var variables = Variables(Profile(service, "Distributed"));
        string[] secret = ["Messaging__Uri", "Storage__ConnectionString"];

        Assert.Empty(Settings.Mistakes(service, variables));
        Assert.All(
            composed.Keys.Where(name => name.StartsWith("Messaging__", StringComparison.Ordinal) || name.StartsWith("Storage__", StringComparison.Ordinal)),
            name => Assert.Equal(secret.Contains(name, StringComparer.Ordinal) ? null : composed[name], variables.GetValueOrDefault(name)));
        Assert.DoesNotContain(variables.Keys, name => secret.Contains(name, StringComparer.Ordinal));
    }

    [Fact]
    public void Every_service_listens_on_loopback_at_an_address_of_its_own()
    {
        var addresses = Manifests.Services.Values.Select(AddressOf).ToList();

        Assert.All(addresses, address => Assert.True(address.IsLoopback));
        Assert.Equal(addresses.Count, addresses.Distinct().Count());
        Assert.DoesNotContain(addresses, address => address.Port == 8080);
    }

    [Fact]
    public void The_gateway_asks_the_services_where_they_listen()
    {
        var variables = Variables(Profile("Gateway", "Distributed"));
        var clusters = JsonNode.Parse(Checkout.Read("gateway/appsettings.json"))!["ReverseProxy"]!["Clusters"]!.AsObject().Select(pair => pair.Key);

        Assert.All(clusters, cluster => Assert.Equal(
            AddressOf(Manifests.Services.Values.Single(service => service.Equals(cluster, StringComparison.OrdinalIgnoreCase))),
            new Uri(variables[$"ReverseProxy__Clusters__{cluster}__Destinations__1__Address"]!)));
    }

    [Fact]
    public void Standalone_starts_as_the_readme_says_unless_the_demo_is_chosen()
    {
        var profiles = Profiles("Standalone");

        // `dotnet run` takes the first profile: it must change nothing.
        Assert.Equal(["commandName"], profiles.First().Value!.AsObject().Select(pair => pair.Key));
        Assert.Contains(profiles, profile => profile.Value!["commandLineArgs"]?.ToString().Split(' ').Contains("--demo", StringComparer.Ordinal) == true);
    }

    [Fact]
    public void The_ports_that_are_opened_for_them_are_open_to_this_machine_only()
    {
        var opened = Yaml.Document(Checkout.Read("deploy/compose/ports.yml"))["services"]!.AsObject();

        Assert.Equal(["mongodb", "rabbitmq"], opened.Select(pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.All(opened, service =>
        {
            Assert.True(Compose.Read().Services.ContainsKey(service.Key));
            Assert.All(service.Value!["ports"]!.AsArray(), port => Assert.StartsWith("127.0.0.1:", port!.ToString(), StringComparison.Ordinal));
        });
    }

    private static JsonObject Profiles(string service)
    {
        var folder = service == "Gateway" ? "gateway" : $"services/{service}";

        return JsonNode.Parse(Checkout.Read($"{folder}/Properties/launchSettings.json"))!["profiles"]!.AsObject();
    }

    private static JsonObject Profile(string service, string name) => Profiles(service)[name]!.AsObject();

    private static Uri AddressOf(string service) => new(Profile(service, "Distributed")["applicationUrl"]!.ToString());

    private static Dictionary<string, string?> Variables(JsonObject profile) =>
        profile["environmentVariables"]!.AsObject().ToDictionary(pair => pair.Key, pair => (string?)pair.Value!.ToString(), StringComparer.Ordinal);
}
