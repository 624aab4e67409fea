using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailStats.Deploy.Tests;

/// <summary>docker-compose.yml with its merge keys resolved.</summary>
internal sealed partial class Compose
{
    private Compose(JsonObject file) => File = file;

    public JsonObject File { get; }

    public JsonObject Services => File["services"]!.AsObject();

    /// <summary>The services whose image this repository builds, each with its project.</summary>
    public IReadOnlyDictionary<string, string> Projects => Services
        .Where(service => service.Value!["build"] is not null)
        .ToDictionary(service => service.Key, service => service.Value!["build"]!["args"]!["SERVICE"]!.ToString());

    public static Compose Read() => new(Yaml.Document(Checkout.Read("docker-compose.yml")));

    /// <summary>A service's environment with the defaults in place of what comes from <c>.env</c>.</summary>
    public Dictionary<string, string?> Variables(string service) => Services[service]!["environment"]?.AsObject()
        .Where(pair => pair.Value is not null && Interpolate(pair.Value.ToString()).Length > 0)
        .ToDictionary(pair => pair.Key, pair => (string?)Interpolate(pair.Value!.ToString())) ?? [];

    public List<string> DependsOn(string service) => Services[service]!["depends_on"]?.AsObject().Select(pair => pair.Key).ToList() ?? [];

    public IEnumerable<long> PublishedPorts(string service) => Services[service]!["ports"]?.AsArray()
        .Select(port => long.Parse(port!.ToString().Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture)) ?? [];

    /// <summary>Variables that the file takes from <c>.env</c>.</summary>
    public static IEnumerable<string> Interpolated() =>
        Interpolation().Matches(Checkout.Read("docker-compose.yml")).Select(match => match.Groups["name"].Value).Distinct();

    private static string Interpolate(string text) =>
        Interpolation().Replace(text, match => match.Groups["default"].Success ? match.Groups["default"].Value : "secret");

    [GeneratedRegex(@"(?<!\$)\$\{(?<name>[A-Z_]+)(?::-(?<default>[^}]*)|:\?[^}]*)?\}")]
    private static partial Regex Interpolation();
}
