using System.Text.RegularExpressions;

namespace MailStats.Architecture.Tests;

/// <summary>A path that a page or a comment names is there.</summary>
public sealed partial class PathTests
{
    private static readonly string[] Pages = [.. Sources.All(".md")];

    // Made by the commands that pages describe, or by the build.
    private static readonly string[] Made = ["gateway/dashboard/dist", "gateway/dashboard/src/api/schema.d.ts"];

    // They say how it was.
    private static readonly string[] History = ["CHANGELOG.md", "docs/decisions/0001-", "docs/decisions/0002-"];

    public static TheoryData<string> Documentation => [.. Pages.Where(page => !History.Any(old => page.StartsWith(old, StringComparison.Ordinal)))];

    [Theory]
    [MemberData(nameof(Documentation))]
    public void What_a_page_names_exists(string page)
    {
        var named = Named().Matches(Sources.Read(page)).Select(match => match.Groups["path"].Value.TrimEnd('.', ',', ':', '-'));
        var missing = named.Where(path => !Exists(path)).ToList();

        Assert.True(missing.Count == 0, string.Join('\n', missing));
    }

    [Theory]
    [MemberData(nameof(Documentation))]
    public void What_a_page_links_to_exists(string page)
    {
        var folder = Path.GetDirectoryName(page)!;
        var links = Link().Matches(Sources.Read(page)).Select(match => match.Groups["target"].Value)
            .Where(target => !target.StartsWith("http", StringComparison.Ordinal) && !target.StartsWith('#'))
            .Select(target => target.Split('#')[0]);
        var broken = links.Where(link => !Path.Exists(Path.Combine(Sources.Root, folder, link))).ToList();

        Assert.Empty(broken);
    }

    [Fact]
    public void What_code_and_settings_name_exists()
    {
        string[] endings = [".cs", ".csproj", ".props", ".targets", ".ts", ".tsx", ".yaml", ".yml", ".sh"];
        var missing = endings.SelectMany(Sources.All)
            .SelectMany(file => Named().Matches(Sources.Read(file)).Select(match => (File: file, Path: match.Groups["path"].Value.TrimEnd('.', ',', ':', '-'))))
            .Where(named => !Exists(named.Path))
            .Select(named => $"{named.File}: {named.Path}")
            .ToList();

        Assert.True(missing.Count == 0, string.Join('\n', missing));
    }

    [Fact]
    public void Decisions_that_are_named_exist_and_stand_in_the_index()
    {
        var index = Sources.Read("docs/decisions/README.md");
        var files = Sources.All(".md").Where(page => DecisionFile().IsMatch(page)).Select(Path.GetFileName).ToList();
        var numbers = files.Select(file => int.Parse(file![..4], System.Globalization.CultureInfo.InvariantCulture)).ToHashSet();
        var named = from ending in new[] { ".cs", ".md" }
                    from file in Sources.All(ending)
                    from Match match in DecisionNumber().Matches(Sources.Read(file))
                    let number = int.Parse(match.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture)
                    where !numbers.Contains(number)
                    select $"{file}: {number}";

        Assert.All(files, file => Assert.Contains($"({file})", index, StringComparison.Ordinal));
        Assert.Empty(named);
    }

    /// <summary>A file or folder; a decision may be named by its number alone, a type's file without its ending.</summary>
    private static bool Exists(string path)
    {
        if (Made.Any(made => path.StartsWith(made, StringComparison.Ordinal)) || path.Split('/').Contains("bin", StringComparer.Ordinal))
        {
            return true;
        }

        var full = Path.Combine(Sources.Root, path);
        var (folder, name) = (Path.GetDirectoryName(full)!, Path.GetFileName(full));

        return Path.Exists(full) || (Directory.Exists(folder)
            && Directory.EnumerateFileSystemEntries(folder, name + "*").Any(entry => Path.GetFileName(entry)[name.Length] is '.' or '-'));
    }

    // A path from the root: one of the tree's folders, then names. Placeholders (UPPER, …, $, *, {) end it.
    [GeneratedRegex(
        @"(?<![\w./$}{~-])(?<path>(?:contracts|mail|stores|services|gateway|deploy|docs|samples|tests)/[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*)"
        + @"(?![\w/]*[*{$…<])")]
    private static partial Regex Named();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^docs/decisions/\d{4}-")]
    private static partial Regex DecisionFile();

    [GeneratedRegex(@"\bdecisions?[ /](?<number>\d{1,4})\b", RegexOptions.IgnoreCase)]
    private static partial Regex DecisionNumber();
}
