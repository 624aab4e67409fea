namespace MailStats.Deploy.Tests;

/// <summary>Collectors in the compose file and the examples are started with a command line that they understand.</summary>
public sealed class CollectorTests
{
    [Fact]
    public void The_compose_file_gives_options_that_exist() =>
        Check(Compose.Read().Services["collector"]!["command"]!.AsArray().Select(argument => argument!.ToString()));

    [Theory]
    [InlineData("deploy/k8s/examples/collector-daemonset/collector.yaml")]
    [InlineData("deploy/k8s/examples/postfix-sidecar/postfix.yaml")]
    public void Examples_give_options_that_exist(string file)
    {
        var collector = Yaml.Documents(Checkout.Read(file))
            .Where(item => Manifests.Kind(item) is "DaemonSet" or "StatefulSet")
            .SelectMany(Manifests.Containers)
            .Single(container => container["name"]!.ToString() == "collector");

        Check(collector["args"]!.AsArray().Select(argument => argument!.ToString()));
        Assert.Contains(Manifests.Array(collector["env"]), variable => variable["name"]!.ToString() == "MAILSTATS_KEY");
    }

    private static void Check(IEnumerable<string> commandLine)
    {
        var arguments = commandLine.ToList();
        var help = Tools.Run("dotnet", [Path.Combine(AppContext.BaseDirectory, "MailStats.Collector.dll"), arguments[0], "--help"]).Output;

        Assert.Equal("follow", arguments[0]);
        Assert.Contains("Usage:", help, StringComparison.Ordinal);
        Assert.All(
            arguments.Where(argument => argument.StartsWith("--", StringComparison.Ordinal)),
            option => Assert.Contains($"{option} ", help, StringComparison.Ordinal));
    }
}
