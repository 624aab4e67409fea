using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailStats.Deploy.Tests;

/// <summary>The gateway's routes lead to the service that maps the path, under the name that it has in every deployment.</summary>
public sealed partial class GatewayTests
{
    private static readonly JsonNode Proxy = JsonNode.Parse(Checkout.Read("gateway/appsettings.json"))!["ReverseProxy"]!;

    [Fact]
    public void Every_path_that_a_service_maps_is_routed_to_it()
    {
        var routes = Manifests.Services.Values.Where(project => project != "Gateway")
            .SelectMany(project => PathsOf(project).Select(path => (Path: path, Wanted: project.ToLowerInvariant(), Routed: ClusterOf(path))))
            .ToList();

        Assert.True(routes.Count > 15);
        Assert.All(routes, route => Assert.Equal((route.Path, route.Wanted), (route.Path, route.Routed)));
    }

    [SkippableFact]
    public void Destinations_are_services_of_the_cluster()
    {
        var manifests = Manifests.Of("dev");

        foreach (var (name, address) in Destinations())
        {
            var service = manifests.Find("Service", name);

            Assert.NotNull(service);
            Assert.Contains(Manifests.Array(service["spec"]!["ports"]), port => port["port"]!.GetValue<long>() == address.Port);
            Assert.Equal(name, address.Host);
        }
    }

    [Fact]
    public void Destinations_are_services_of_the_compose_file_and_waited_for()
    {
        var compose = Compose.Read();

        Assert.Equal(
            Destinations().Select(destination => destination.Address.Host).Order(StringComparer.Ordinal),
            compose.DependsOn("gateway").Order(StringComparer.Ordinal));
    }

    private static IEnumerable<(string Cluster, Uri Address)> Destinations() => Proxy["Clusters"]!.AsObject()
        .SelectMany(cluster => cluster.Value!["Destinations"]!.AsObject()
            .Select(destination => (cluster.Key, new Uri(destination.Value!["Address"]!.ToString()))));

    private static IEnumerable<string> PathsOf(string project) =>
        Directory.EnumerateFiles(Checkout.PathOf($"services/{project}"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Mapped().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .Distinct();

    /// <summary>The route with the longest fixed beginning, as ASP.NET's routing prefers it.</summary>
    private static string ClusterOf(string path) => Proxy["Routes"]!.AsObject()
        .Select(route => (Path: route.Value!["Match"]!["Path"]!.ToString(), Cluster: route.Value["ClusterId"]!.ToString()))
        .Where(route => route.Path.EndsWith("/{**rest}", StringComparison.Ordinal)
            ? (path + "/").StartsWith(route.Path[..^"{**rest}".Length], StringComparison.Ordinal)
            : route.Path == path)
        .MaxBy(route => route.Path.Replace("{**rest}", "", StringComparison.Ordinal).Length).Cluster;

    [GeneratedRegex("Map(?:Get|Post|Put|Patch|Delete|Group)\\(\\s*\"(/v1/[^\"]+)\"")]
    private static partial Regex Mapped();
}
