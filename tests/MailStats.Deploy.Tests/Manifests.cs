using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MailStats.Deploy.Tests;

/// <summary>A rendered overlay.</summary>
internal sealed class Manifests
{
    public static readonly string[] Overlays = ["dev", "one-node", "production"];

    /// <summary>The services that the base runs, each with the project whose image it is.</summary>
    public static readonly IReadOnlyDictionary<string, string> Services = new Dictionary<string, string>
    {
        ["ingest"] = "Ingest",
        ["classifier"] = "Classifier",
        ["aggregator"] = "Aggregator",
        ["query"] = "Query",
        ["policy"] = "Policy",
        ["notifier"] = "Notifier",
        ["incidents"] = "Incidents",
        ["gateway"] = "Gateway",
    };

    private static readonly ConcurrentDictionary<string, string> Rendered = new();

    private Manifests(string text)
    {
        Text = text;
        Objects = Yaml.Documents(text);
    }

    public string Text { get; }

    public IReadOnlyList<JsonObject> Objects { get; }

    public IEnumerable<JsonObject> Workloads => Objects.Where(item => Kind(item) is "Deployment" or "StatefulSet" or "DaemonSet");

    /// <summary>The rendered overlay; skips the test where there is no kubectl to render it.</summary>
    public static Manifests Of(string overlay) => new(Rendered.GetOrAdd(overlay, name => Render($"deploy/k8s/overlays/{name}")));

    public static Manifests OfFolder(string folder) => new(Rendered.GetOrAdd(folder, Render));

    public static string Kind(JsonNode item) => item["kind"]!.GetValue<string>();

    public static string Name(JsonNode item) => item["metadata"]!["name"]!.GetValue<string>();

    public JsonObject? Find(string kind, string name) => Objects.FirstOrDefault(item => Kind(item) == kind && Name(item) == name);

    public static JsonObject PodSpec(JsonObject workload) => workload["spec"]!["template"]!["spec"]!.AsObject();

    public static Dictionary<string, string> PodLabels(JsonObject workload) => Labels(workload["spec"]!["template"]!["metadata"]!["labels"]);

    public static Dictionary<string, string> Labels(JsonNode? labels) =>
        labels?.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.ToString()) ?? [];

    public static IEnumerable<JsonObject> Containers(JsonObject workload) => Array(PodSpec(workload)["containers"]);

    public static IEnumerable<JsonObject> Array(JsonNode? node) => node?.AsArray().Select(item => item!.AsObject()) ?? [];

    private static string Render(string folder)
    {
        Skip.IfNot(Tools.Exists("kubectl"), "kubectl is not installed: overlays cannot be rendered");
        var run = Tools.Run("kubectl", ["kustomize", Checkout.PathOf(folder)]);
        Assert.True(run.ExitCode == 0, run.Errors);

        return run.Output;
    }
}

internal static class Tools
{
    internal sealed record Outcome(int ExitCode, string Output, string Errors);

    public static bool Exists(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, command)));

    public static Outcome Run(string command, IEnumerable<string> arguments, string? input = null, string? folder = null)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Checkout.Root,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();

        process.StandardInput.Write(input);
        process.StandardInput.Close();

        if (!process.WaitForExit(TimeSpan.FromMinutes(3)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{command} has not ended within three minutes");
        }

        return new(process.ExitCode, output.Result, errors.Result);
    }
}
