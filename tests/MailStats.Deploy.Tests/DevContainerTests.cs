using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailStats.Deploy.Tests;

/// <summary>The dev container has what building and tests/run.sh need.</summary>
public sealed partial class DevContainerTests
{
    // JSON with comments and trailing commas, as the dev container specification reads it.
    private static readonly JsonObject Container = JsonNode.Parse(
        Checkout.Read(".devcontainer/devcontainer.json"),
        documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true })!.AsObject();

    [Fact]
    public void It_installs_every_package_that_the_test_command_asks_for()
    {
        var dockerfile = Checkout.Read(".devcontainer/" + Container["build"]!["dockerfile"]);
        var packages = Needed().Matches(Checkout.Read("tests/run.sh")).Select(match => match.Groups["package"].Value).ToList();

        Assert.Contains("rabbitmq-server", packages);
        Assert.All(packages, package => Assert.Matches($@"(?m)^ +{Regex.Escape(package)} \\$", dockerfile));
    }

    [Fact]
    public void Its_dotnet_is_the_one_of_global_json()
    {
        var sdk = JsonNode.Parse(Checkout.Read("global.json"))!["sdk"]!["version"]!.ToString();

        Assert.StartsWith(Version("dotnet") + ".", sdk, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_node_runs_the_dashboards_build()
    {
        var engines = JsonNode.Parse(Checkout.Read("gateway/dashboard/package.json"))!["engines"]!["node"]!.ToString();

        Assert.StartsWith($">={Version("node")}.", engines, StringComparison.Ordinal);
    }

    private static string Version(string feature) =>
        Container["features"]!.AsObject().Single(pair => pair.Key.Contains($"/{feature}:", StringComparison.Ordinal)).Value!["version"]!.ToString();

    // needed=( "package path what" … )
    [GeneratedRegex("""^  "(?<package>[a-z0-9-]+) /usr/\S+ .+"$""", RegexOptions.Multiline)]
    private static partial Regex Needed();
}
