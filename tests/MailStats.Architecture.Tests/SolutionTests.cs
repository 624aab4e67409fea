using System.Text.RegularExpressions;

namespace MailStats.Architecture.Tests;

/// <summary>The solution is the tree: the same folders, one platform.</summary>
public sealed partial class SolutionTests
{
    private static readonly string Text = Sources.Read("MailStats.sln");

    [Fact]
    public void Any_CPU_is_its_only_platform() =>
        Assert.Equal(["Any CPU"], Platform().Matches(Text).Select(match => match.Groups["platform"].Value).Distinct(StringComparer.Ordinal));

    [Fact]
    public void Every_project_is_built_in_both_configurations() =>
        Assert.All(Entries().Where(entry => entry.IsProject), project => Assert.All(
            new[] { "Debug", "Release" },
            configuration => Assert.Contains($"{project.Id}.{configuration}|Any CPU.Build.0 = {configuration}|Any CPU", Text, StringComparison.Ordinal)));

    [Fact]
    public void Projects_lie_in_the_folder_that_they_lie_in_on_disk()
    {
        var entries = Entries().ToList();
        var names = entries.Where(entry => !entry.IsProject).ToDictionary(entry => entry.Id, entry => entry.Path, StringComparer.Ordinal);
        var parents = Nested().Matches(Text).ToDictionary(match => match.Groups["child"].Value, match => match.Groups["parent"].Value, StringComparer.Ordinal);

        Assert.All(entries.Where(entry => entry.IsProject), project =>
        {
            var expected = project.Path.StartsWith("tests/bench/", StringComparison.Ordinal) ? "bench" : project.Path.Split('/')[0];

            Assert.Equal(expected, names[parents[project.Id]]);
        });
    }

    private static IEnumerable<(string Path, string Id, bool IsProject)> Entries() => Project().Matches(Text)
        .Select(match => match.Groups)
        .Select(groups => (
            groups["path"].Value.Replace('\\', '/'), groups["id"].Value, groups["path"].Value.EndsWith(".csproj", StringComparison.Ordinal)));

    [GeneratedRegex("""^Project\("[^"]+"\) = "[^"]+", "(?<path>[^"]+)", "(?<id>[^"]+)"\r?$""", RegexOptions.Multiline)]
    private static partial Regex Project();

    [GeneratedRegex(@"(?:Debug|Release)\|(?<platform>[\w ]+?)(?:\.| =|\r?$)", RegexOptions.Multiline)]
    private static partial Regex Platform();

    [GeneratedRegex(@"^\t\t(?<child>\{[^}]+\}) = (?<parent>\{[^}]+\})\r?$", RegexOptions.Multiline)]
    private static partial Regex Nested();
}
