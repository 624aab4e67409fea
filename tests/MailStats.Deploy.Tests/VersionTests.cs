using System.Text.RegularExpressions;

namespace MailStats.Deploy.Tests;

/// <summary>The version stands in <c>Directory.Build.props</c>; whatever else names one follows it, and every program tells it.</summary>
public sealed partial class VersionTests
{
    private static readonly string Version = PropsVersion().Match(Checkout.Read("Directory.Build.props")).Groups[1].Value;

    public static TheoryData<string> Programs => [.. Manifests.Services.Values.Append("Collector").Append("Standalone")];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Every_program_tells_version_and_commit(string project)
    {
        var asked = Tools.Run("dotnet", [Path.Combine(AppContext.BaseDirectory, $"MailStats.{project}.dll"), "--version"]);

        Assert.Equal((0, ""), (asked.ExitCode, asked.Errors));
        Assert.Matches($@"\A{Regex.Escape(Version)}(\+[0-9a-f]{{40}})?\n\z", asked.Output);
    }

    [Fact]
    public void Images_that_are_named_are_of_this_version()
    {
        var named = Directory.EnumerateFiles(Checkout.PathOf("deploy/k8s"), "*.yaml", SearchOption.AllDirectories)
            .Append(Checkout.PathOf("docker-compose.yml"))
            .Append(Checkout.PathOf(".env.example"))
            .SelectMany(file => NamedVersion().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value)
            .ToList();

        Assert.NotEmpty(named);
        Assert.All(named, version => Assert.Equal(Version, version));
    }

    [Fact]
    public void The_changelog_knows_it() => Assert.Contains($"## [{Version}]", Checkout.Read("CHANGELOG.md"), StringComparison.Ordinal);

    [GeneratedRegex("<Version>(.+)</Version>")]
    private static partial Regex PropsVersion();

    [GeneratedRegex(@"(?:newTag: |MAILSTATS_VERSION:-|MAILSTATS_VERSION=)([\w.-]+)")]
    private static partial Regex NamedVersion();
}
