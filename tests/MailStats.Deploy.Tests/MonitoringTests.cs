using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MailStats.Deploy.Tests;

/// <summary>Alerts and the dashboard: measured by the code, the same for Prometheus and its operator, each with a runbook.</summary>
public sealed partial class MonitoringTests
{
    [Fact]
    public void The_operator_gets_the_same_rules_as_Prometheus()
    {
        var rules = Yaml.Document(Checkout.Read("deploy/monitoring/alerts.yml"));
        var resource = Yaml.Document(Checkout.Read("deploy/monitoring/alerts.k8s.yaml"));

        Assert.True(JsonNode.DeepEquals(rules, resource["spec"]), "run deploy/monitoring/make-k8s-alerts.sh");
    }

    [SkippableFact]
    public void Alerts_are_raised_by_what_they_are_for_and_not_by_a_quiet_night()
    {
        Skip.IfNot(Tools.Exists("promtool"), "promtool is not installed (Debian: prometheus)");

        var tested = Tools.Run("promtool", ["test", "rules", "deploy/monitoring/alerts.test.yml"]);

        Assert.True(tested.ExitCode == 0, tested.Output + tested.Errors);
    }

    [Fact]
    public void Every_alert_has_a_paragraph_in_the_runbook()
    {
        var headings = Checkout.Read("docs/operations.md").Split('\n')
            .Where(line => line.StartsWith('#'))
            .Select(line => line.TrimStart('#', ' '))
            .ToList();

        foreach (var alert in Alerts())
        {
            var name = alert["alert"]!.ToString();

            Assert.Contains(name, headings);
            Assert.Equal(
                $"https://mailstats.example/docs/operations.md#{name.ToLowerInvariant()}", alert["annotations"]!["runbook_url"]!.ToString());
            Assert.NotNull(alert["labels"]!["severity"]);
        }

        Assert.All(
            headings.Where(heading => heading.StartsWith("MailStats", StringComparison.Ordinal) && !heading.Contains(' ', StringComparison.Ordinal)),
            heading => Assert.Contains(Alerts(), alert => alert["alert"]!.ToString() == heading));
    }

    [Fact]
    public void Own_metrics_are_measured_by_the_code()
    {
        var measured = Checkout.SourceFiles()
            .SelectMany(file => Instrument().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups[1].Value.Replace('.', '_'))
            .ToHashSet();
        var asked = Alerts().Select(alert => alert["expr"]!.ToString())
            .Concat(Expressions())
            .SelectMany(expression => OwnMetric().Matches(expression))
            .Select(match => Suffix().Replace(match.Value, ""))
            .Distinct()
            .ToList();

        Assert.All(asked, metric => Assert.Contains(metric, measured));
    }

    [Fact]
    public void The_collector_keeps_the_names_that_the_rules_ask_for()
    {
        var exporters = Yaml.Document(Checkout.Read("deploy/monitoring/otel-collector.yaml"))["exporters"]!;

        Assert.True(exporters["prometheus"]!["add_metric_suffixes"]!.GetValue<bool>());
    }

    [Fact]
    public void Panels_of_the_dashboard_do_not_overlap_and_all_ask_something()
    {
        var panels = Dashboard()["panels"]!.AsArray().Select(panel => panel!.AsObject()).ToList();
        var cells = panels
            .SelectMany(panel => Cells(panel["gridPos"]!.AsObject()))
            .ToList();

        Assert.Equal(cells.Count, cells.Distinct().Count());
        Assert.Equal(panels.Count, panels.Select(panel => panel["id"]!.GetValue<int>()).Distinct().Count());
        Assert.All(panels.Where(panel => panel["type"]!.ToString() != "row"), panel => Assert.NotEmpty(panel["targets"]!.AsArray()));
    }

    private static IEnumerable<JsonObject> Alerts() =>
        Manifests.Array(Yaml.Document(Checkout.Read("deploy/monitoring/alerts.yml"))["groups"]).SelectMany(group => Manifests.Array(group["rules"]));

    private static JsonObject Dashboard() => JsonNode.Parse(Checkout.Read("deploy/monitoring/dashboards/mailstats.json"))!.AsObject();

    private static IEnumerable<string> Expressions() =>
        Manifests.Array(Dashboard()["panels"]).SelectMany(panel => Manifests.Array(panel["targets"])).Select(target => target["expr"]!.ToString());

    private static IEnumerable<(int X, int Y)> Cells(JsonObject place) =>
        from x in Enumerable.Range(place["x"]!.GetValue<int>(), place["w"]!.GetValue<int>())
        from y in Enumerable.Range(place["y"]!.GetValue<int>(), place["h"]!.GetValue<int>())
        select (x, y);

    [GeneratedRegex(
        "Create(?:Counter|Histogram|UpDownCounter|Gauge|ObservableGauge|ObservableCounter|ObservableUpDownCounter)"
        + "(?:<\\w+>)?\\(\\s*\"(mailstats\\.[a-z._]+)\"")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"\bmailstats_[a-z_]+")]
    private static partial Regex OwnMetric();

    [GeneratedRegex("(_seconds)?(_bucket|_count|_sum|_total)$")]
    private static partial Regex Suffix();
}
