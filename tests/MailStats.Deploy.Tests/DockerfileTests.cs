using System.Text.RegularExpressions;

namespace MailStats.Deploy.Tests;

/// <summary>The Dockerfile builds what the tree holds, for a user without rights.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string[] ProjectFolders = ["contracts", "mail", "stores", "services", "gateway", "deploy/healthcheck"];

    private static readonly string Text = Checkout.Read("Dockerfile");

    [Fact]
    public void The_restore_layer_copies_every_project_that_an_image_needs()
    {
        var projects = ProjectFolders
            .SelectMany(folder => Directory.EnumerateFiles(Checkout.PathOf(folder), "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Checkout.Root, path));

        Assert.All(projects, project => Assert.Contains($"COPY {project} ", Text, StringComparison.Ordinal));
    }

    [Fact]
    public void What_projects_import_is_copied_with_them()
    {
        var imports = Directory.EnumerateFiles(Checkout.PathOf("services"), "*.csproj", SearchOption.AllDirectories)
            .Append(Checkout.PathOf("gateway/MailStats.Gateway.csproj"))
            .SelectMany(project => Import().Matches(File.ReadAllText(project))
                .Select(match => Path.GetRelativePath(Checkout.Root, Path.Combine(Path.GetDirectoryName(project)!, match.Groups[1].Value))))
            .Distinct();

        Assert.All(imports, import => Assert.Contains(import, Text[..Text.IndexOf("dotnet restore ", StringComparison.Ordinal)], StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_copied_exists() =>
        Assert.All(CopiedFromContext(), source => Assert.True(Path.Exists(Checkout.PathOf(source)), source));

    [Fact]
    public void What_is_copied_is_in_the_build_context()
    {
        var letIn = Checkout.Read(".dockerignore").Split('\n').Where(line => line.StartsWith('!')).Select(line => line[1..]).ToHashSet(StringComparer.Ordinal);

        Assert.All(CopiedFromContext(), source => Assert.Contains(Parents(source.TrimEnd('/')), letIn.Contains));

        static IEnumerable<string> Parents(string path) =>
            Enumerable.Range(1, path.Split('/').Length).Select(depth => string.Join('/', path.Split('/').Take(depth)));
    }

    [Fact]
    public void Every_service_can_be_asked_for() =>
        Assert.All(
            Manifests.Services.Values.Concat(["Collector", "Standalone"]),
            service => Assert.Matches($@"(?m)^ +(\w+\|)*{service}(\|\w+)*\) project=", Text));

    [Fact]
    public void It_runs_without_rights_and_checks_itself()
    {
        Assert.Contains("\nUSER 1654:1654\n", Text, StringComparison.Ordinal);
        Assert.Contains("\nHEALTHCHECK ", Text, StringComparison.Ordinal);
        Assert.Contains("org.opencontainers.image.revision", Text, StringComparison.Ordinal);
        Assert.Contains("chiseled", Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_user_is_the_one_that_the_manifests_name() =>
        Assert.Contains("runAsUser: 1654", Checkout.Read("deploy/k8s/base/service-defaults.yaml"), StringComparison.Ordinal);

    private static IEnumerable<string> CopiedFromContext() => Copy().Matches(Text)
        .Where(match => !match.Value.Contains("--from=", StringComparison.Ordinal))
        .SelectMany(match => match.Groups[1].Value.Split(' ')[..^1]);

    /// <summary>Variables that the final image sets.</summary>
    internal static Dictionary<string, string?> FinalVariables()
    {
        var final = Text[Text.LastIndexOf("\nFROM ", StringComparison.Ordinal)..];
        var block = EnvironmentBlock().Match(final).Groups[1].Value;

        return Assignment().Matches(block).ToDictionary(match => match.Groups[1].Value, match => (string?)match.Groups[2].Value);
    }

    [GeneratedRegex("<Import Project=\"([^\"]+)\"")]
    private static partial Regex Import();

    [GeneratedRegex(@"(?m)^COPY (?:--\S+ )*(.+)$")]
    private static partial Regex Copy();

    [GeneratedRegex(@"(?m)^ENV ((?:.+\\\n)*.+)$")]
    private static partial Regex EnvironmentBlock();

    [GeneratedRegex(@"(\w+)=(\S+)")]
    private static partial Regex Assignment();
}
