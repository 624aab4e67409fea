using System.Diagnostics;
using System.Globalization;

namespace MailStats.ClusterBench;

/// <summary>The cluster, by the command that operators use.</summary>
internal sealed class Kubectl(string names)
{
    /// <param name="deployment">Its name.</param>
    /// <param name="tag">Of the image that it is to run from now on, null for the one it runs.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task RestartAsync(string deployment, string? tag, CancellationToken cancellationToken)
    {
        if (tag is null)
        {
            await RunAsync(cancellationToken, "rollout", "restart", $"deployment/{deployment}");
        }
        else
        {
            var image = await RunAsync(cancellationToken, "get", $"deployment/{deployment}", "-o", "jsonpath={.spec.template.spec.containers[0].image}");
            await RunAsync(cancellationToken, "set", "image", $"deployment/{deployment}", $"service={image[..image.LastIndexOf(':')]}:{tag}");
        }

        await RunAsync(cancellationToken, "rollout", "status", $"deployment/{deployment}", "--timeout=180s");
        // Rolled out is when the new pod serves; the old one is on its way out for a while longer.
        var wanted = await RunAsync(cancellationToken, "get", $"deployment/{deployment}", "-o", "jsonpath={.spec.replicas}");
        await UntilAsync(
            async () => (await PodsAsync(Label(deployment), cancellationToken)).Count.ToString(CultureInfo.InvariantCulture) == wanted, cancellationToken);
    }

    /// <summary>Without any time to finish, as when its node is lost.</summary>
    public async Task KillAsync(string name, CancellationToken cancellationToken)
    {
        var label = name == "rabbitmq" ? "app.kubernetes.io/component=rabbitmq" : Label(name);
        var before = await PodsAsync(label, cancellationToken);
        await RunAsync(cancellationToken, "delete", "pod", before.First().Name, "--grace-period=0", "--force", "--wait=false");
        await UntilAsync(
            async () => await PodsAsync(label, cancellationToken) is var now
                && now.Count == before.Count && now.TrueForAll(pod => pod.IsReady) && now.Exists(pod => before.TrueForAll(old => old.Id != pod.Id)),
            cancellationToken);
    }

    /// <summary>What the command of an image says.</summary>
    public Task<string> ExecAsync(string deployment, CancellationToken cancellationToken, params string[] arguments) =>
        RunAsync(cancellationToken, ["exec", $"deployment/{deployment}", "--", "dotnet", "service.dll", .. arguments]);

    private static string Label(string deployment) => $"app.kubernetes.io/name={deployment}";

    private async Task<List<(string Name, string Id, bool IsReady)>> PodsAsync(string label, CancellationToken cancellationToken)
    {
        const string columns = "jsonpath={range .items[*]}{.metadata.name} {.metadata.uid} {.status.containerStatuses[0].ready}{\"\\n\"}{end}";
        var lines = (await RunAsync(cancellationToken, "get", "pods", "-l", label, "-o", columns)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        return [.. lines.Select(line => line.Split(' ')).Select(parts => (parts[0], parts[1], parts[2] == "true"))];
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo, CancellationToken cancellationToken)
    {
        while (!await isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, cancellationToken);
        }
    }

    private async Task<string> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", ["-n", names, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);

        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)}: {await output} {await error}");
    }
}
