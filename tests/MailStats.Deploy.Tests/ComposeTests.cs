namespace MailStats.Deploy.Tests;

/// <summary>docker-compose.yml follows the compose specification and holds together.</summary>
public sealed class ComposeTests
{
    // The parts of the specification (compose-spec, "Services top-level element") that this file uses.
    private static readonly string[] ServiceKeys =
    [
        "build", "cap_drop", "command", "depends_on", "entrypoint", "environment", "healthcheck", "group_add", "hostname", "image", "networks", "ports",
        "profiles", "read_only", "restart", "security_opt", "stop_grace_period", "tmpfs", "volumes",
    ];

    private readonly Compose _compose = Compose.Read();

    [Fact]
    public void Every_key_is_one_of_the_specification()
    {
        Assert.All(_compose.File.Select(pair => pair.Key), key => Assert.True(
            key is "name" or "services" or "networks" or "volumes" || key.StartsWith("x-", StringComparison.Ordinal), key));
        Assert.All(
            _compose.Services.SelectMany(service => service.Value!.AsObject().Select(pair => $"{service.Key}.{pair.Key}")),
            key => Assert.Contains(key.Split('.')[1], ServiceKeys));
    }

    [SkippableFact]
    public void Docker_itself_accepts_it()
    {
        Skip.IfNot(Tools.Exists("docker") && Tools.Run("docker", ["compose", "version"]).ExitCode == 0, "Docker Compose 2 is not installed");
        var environment = Path.GetTempFileName();
        File.WriteAllLines(environment, Compose.Interpolated().Select(name => $"{name}=x"));

        var config = Tools.Run("docker", ["compose", "--env-file", environment, "--profile", "*", "config", "--quiet"]);
        File.Delete(environment);

        Assert.True(config.ExitCode == 0, config.Errors);
    }

    [Fact]
    public void Every_service_is_there() =>
        Assert.Equal(
            Manifests.Services.Values.Append("Collector").Order(StringComparer.Ordinal),
            _compose.Projects.Where(project => project.Key != "demo").Select(project => project.Value).Order(StringComparer.Ordinal));

    [Fact]
    public void What_is_waited_for_exists_and_can_become_healthy()
    {
        foreach (var (name, _) in _compose.Services)
        {
            foreach (var needed in _compose.DependsOn(name))
            {
                var service = _compose.Services[needed];

                Assert.NotNull(service);
                Assert.Equal("service_healthy", _compose.Services[name]!["depends_on"]![needed]!["condition"]!.ToString());
                // The project's own images carry their check.
                Assert.True(service["healthcheck"] is not null || service["build"] is not null, $"{needed} has no health check");
            }
        }
    }

    [Fact]
    public void Named_volumes_and_networks_are_declared_and_used()
    {
        var mounted = _compose.Services
            .SelectMany(service => service.Value!["volumes"]?.AsArray().Select(volume => volume!.ToString().Split(':')[0]) ?? [])
            .Where(source => !source.StartsWith('.') && !source.StartsWith('/') && !source.StartsWith('$'))
            .Distinct();
        var networks = _compose.Services.SelectMany(service => service.Value!["networks"]!.AsArray().Select(network => network!.ToString())).Distinct();

        Assert.Equal(_compose.File["volumes"]!.AsObject().Select(pair => pair.Key).Order(StringComparer.Ordinal), mounted.Order(StringComparer.Ordinal));
        Assert.Equal(_compose.File["networks"]!.AsObject().Select(pair => pair.Key), networks);
    }

    [Fact]
    public void Files_that_are_mounted_exist() =>
        Assert.All(
            _compose.Services
                .SelectMany(service => service.Value!["volumes"]?.AsArray().Select(volume => volume!.ToString().Split(':')[0]) ?? [])
                .Where(source => source.StartsWith("./", StringComparison.Ordinal)),
            source => Assert.True(Path.Exists(Checkout.PathOf(source)), source));

    [Fact]
    public void Every_variable_is_explained_in_the_example_and_no_other()
    {
        var explained = Checkout.Read(".env.example").Split('\n')
            .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
            .Select(line => line.Split('=')[0]);

        Assert.Equal(Compose.Interpolated().Order(StringComparer.Ordinal), explained.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Own_services_cannot_write_to_their_image_or_gain_privileges() =>
        Assert.All(_compose.Projects.Keys, name =>
        {
            var service = _compose.Services[name]!;

            Assert.True(service["read_only"]!.GetValue<bool>());
            Assert.Equal("ALL", Assert.Single(service["cap_drop"]!.AsArray())!.ToString());
            Assert.Equal("no-new-privileges:true", Assert.Single(service["security_opt"]!.AsArray())!.ToString());
            Assert.Null(service["user"]);
        });

    [Fact]
    public void Nothing_listens_beyond_this_host_unless_it_is_asked_to() =>
        Assert.All(
            _compose.Services.SelectMany(service => service.Value!["ports"]?.AsArray().Select(port => port!.ToString()) ?? []),
            port => Assert.True(
                port.StartsWith("127.0.0.1:", StringComparison.Ordinal) || port.StartsWith("${MAILSTATS_ADDRESS:-127.0.0.1}:", StringComparison.Ordinal),
                port));

    [Fact]
    public void The_made_environment_fills_every_secret()
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-env-");
        Directory.CreateDirectory(Path.Combine(folder.FullName, "deploy/compose"));
        File.Copy(Checkout.PathOf(".env.example"), Path.Combine(folder.FullName, ".env.example"));
        File.Copy(Checkout.PathOf("deploy/compose/make-env.sh"), Path.Combine(folder.FullName, "deploy/compose/make-env.sh"));
        var script = Path.Combine(folder.FullName, "deploy/compose/make-env.sh");

        var first = Tools.Run("bash", [script]);
        var made = File.ReadAllLines(Path.Combine(folder.FullName, ".env"));
        var second = Tools.Run("bash", [script]);
        var mode = Tools.Run("stat", ["-c", "%a", Path.Combine(folder.FullName, ".env")]).Output;
        folder.Delete(recursive: true);

        Assert.Equal(0, first.ExitCode);
        Assert.NotEqual(0, second.ExitCode);
        Assert.Equal("600\n", mode);
        Assert.All(
            made.Where(line => line.Contains("PASSWORD=", StringComparison.Ordinal) ),
            line => Assert.True(line.Split('=', 2)[1].Length >= 32, line.Split('=')[0]));
    }
}
