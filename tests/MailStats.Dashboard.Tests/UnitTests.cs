using System.Diagnostics;

namespace MailStats.Dashboard.Tests;

public sealed class UnitTests
{
    [SkippableFact]
    public async Task The_dashboards_own_unit_tests_pass()
    {
        var dashboard = Path.Combine(Checkout.Root, "gateway", "dashboard");
        Skip.IfNot(Directory.Exists(Path.Combine(dashboard, "node_modules")), "The dashboard was not built: Node.js is not installed.");
        using var npm = Process.Start(new ProcessStartInfo("npm", ["test"])
        {
            WorkingDirectory = dashboard,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync();

        Assert.True(npm.ExitCode == 0, string.Concat(said));
    }
}
