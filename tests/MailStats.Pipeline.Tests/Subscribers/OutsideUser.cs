using System.Diagnostics;
using MailStats.Pipeline.Tests.Processes;
using RabbitMQ.Client;

namespace MailStats.Pipeline.Tests.Subscribers;

/// <summary>A user of the broker as operators make one for a program outside: <c>deploy/rabbitmq/add-subscriber.sh</c>.</summary>
internal static class OutsideUser
{
    /// <summary>The broker's address with name and new password of the user, who may do nothing else.</summary>
    /// <param name="broker">A broker that can be administered, or the test is skipped.</param>
    /// <param name="name">Begins the names of the user's queues.</param>
    /// <param name="tenant">The only tenant whose events are to be seen; null for all.</param>
    public static async Task<Uri> AddAsync(Broker broker, string name, string? tenant = null)
    {
        var address = broker.Require();
        var script = Repository.File("deploy", "rabbitmq", "add-subscriber.sh");
        var password = await RunAsync(broker, $"bash '{script}' {name} {tenant}");

        return new UriBuilder(address) { UserName = name, Password = password.Trim() }.Uri;
    }

    public static Task<IConnection> ConnectAsync(Uri address) => new ConnectionFactory { Uri = address }.CreateConnectionAsync();

    private static async Task<string> RunAsync(Broker broker, string command)
    {
        Skip.If(broker.Control is null, "The broker of MAILSTATS_TEST_RABBITMQ is administered elsewhere.");
        var start = new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true };

        foreach (var (key, value) in broker.Control!)
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);

        return output;
    }
}
