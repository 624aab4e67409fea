using System.Text.RegularExpressions;

namespace MailStats.Architecture.Tests;

/// <summary>
/// The folders of a project form no circle: what one uses does not, by whatever way, use it. Read from the sources: a folder
/// is its namespace, and uses those that its files import or name. What stands at a project's root puts the folders
/// together, or is shared by them, and is not looked at.
/// </summary>
public sealed partial class CircleTests
{
    // Circles there are, each with the folders in it and the reason. One that has gone is to be taken from the list; none is to be added.
    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["Classifier"] =
        [
            // A reply that is tried on the API is classified with the tenant's own rules, which are tried on kept replies.
            "Deliveries OwnRules Replies",

            // The rule book carries the table of receivers, and its lines are read as rules are.
            "Receivers Rules",
        ],
    };

    public static TheoryData<string> Projects => [.. Sources.Product(".csproj").Where(project => Sources.Name(project) != "Contracts")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_form_no_circle(string project)
    {
        var circles = Circles(UsesOf(Path.GetDirectoryName(project)!, "MailStats." + Sources.Name(project)));

        Assert.Equal(Known.GetValueOrDefault(Sources.Name(project), []), circles);
    }

    [Fact]
    public void A_circle_is_found_also_where_it_takes_a_detour()
    {
        var uses = new Dictionary<string, HashSet<string>> { ["A"] = ["B"], ["B"] = ["C"], ["C"] = ["A", "D"], ["D"] = [], ["E"] = ["A"] };

        Assert.Equal(["A B C"], Circles(uses));
    }

    /// <summary>Folders that reach each other, one line for each such group, in the order of their names.</summary>
    private static IReadOnlyList<string> Circles(Dictionary<string, HashSet<string>> uses)
    {
        var reached = uses.Keys.ToDictionary(folder => folder, folder => Reached(uses, folder));

        return [.. uses.Keys
            .Where(folder => reached[folder].Contains(folder))
            .Select(folder => string.Join(' ', reached[folder].Where(other => reached[other].Contains(folder)).Order(StringComparer.Ordinal)))
            .Distinct()
            .Order(StringComparer.Ordinal)];
    }

    private static HashSet<string> Reached(Dictionary<string, HashSet<string>> uses, string from)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>(uses[from]);

        while (open.TryDequeue(out var folder))
        {
            if (reached.Add(folder))
            {
                foreach (var next in uses[folder])
                {
                    open.Enqueue(next);
                }
            }
        }

        return reached;
    }

    private static Dictionary<string, HashSet<string>> UsesOf(string projectFolder, string root)
    {
        var files = Sources.Product(".cs").Where(file => file.StartsWith(projectFolder + "/", StringComparison.Ordinal)).ToList();
        var folders = files.Select(file => FolderOf(file, projectFolder)).Where(folder => folder.Length > 0).ToHashSet();
        var uses = folders.ToDictionary(folder => folder, _ => new HashSet<string>());
        var name = new Regex(Regex.Escape(root) + @"\.(?<folder>\w+)");

        foreach (var file in files.Where(file => FolderOf(file, projectFolder).Length > 0))
        {
            var own = FolderOf(file, projectFolder);
            var text = Comment().Replace(Sources.Read(file), "");
            uses[own].UnionWith(name.Matches(text).Select(match => match.Groups["folder"].Value).Where(folder => folder != own && folders.Contains(folder)));
        }

        return uses;
    }

    /// <summary>The folder right below the project's, empty for a file at its root.</summary>
    private static string FolderOf(string file, string projectFolder)
    {
        var parts = file[(projectFolder.Length + 1)..].Split('/');

        return parts.Length > 1 ? parts[0] : "";
    }

    [GeneratedRegex("//[^\n]*")]
    private static partial Regex Comment();
}
