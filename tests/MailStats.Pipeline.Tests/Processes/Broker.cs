using Docker.DotNet;
using DotNet.Testcontainers.Builders;
using Microsoft.Extensions.Logging.Abstractions;
using Testcontainers.RabbitMq;

namespace MailStats.Pipeline.Tests.Processes;

/// <summary>
/// A real RabbitMQ for all tests that want one: <c>MAILSTATS_TEST_RABBITMQ</c> if set, else one in Docker where an engine
/// answers, else an installed server, else none, and the tests are skipped (with <c>CI=true</c> they fail).
/// </summary>
public sealed class Broker : IAsyncLifetime
{
    private Func<ValueTask> _stop = () => ValueTask.CompletedTask;

    public Uri? Uri { get; private set; }

    /// <summary>Environment in which <c>RABBITMQCTL</c> is a command that administers the broker; null where none can be had.</summary>
    public IReadOnlyDictionary<string, string>? Control { get; private set; }

    public Uri Require()
    {
        const string missing = "No RabbitMQ: install rabbitmq-server, or set MAILSTATS_TEST_RABBITMQ to an AMQP address.";
        Assert.False(Uri is null && Environment.GetEnvironmentVariable("CI") == "true", missing);
        Skip.If(Uri is null, missing);

        return Uri!;
    }

    public async Task InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("MAILSTATS_TEST_RABBITMQ") is { Length: > 0 } given)
        {
            Uri = new Uri(given);

            return;
        }

        if (await StartContainerAsync())
        {
            return;
        }
        if (RabbitMqNode.IsInstalled)
        {
            var node = await RabbitMqNode.StartAsync();
            _stop = node.DisposeAsync;
            Uri = node.Uri;
            Control = node.Control;
        }
    }

    public async Task DisposeAsync() => await _stop();

    /// <summary>False where no Docker Engine answers, or it cannot get the image.</summary>
    private async Task<bool> StartContainerAsync()
    {
        try
        {
            // By its own word: not every image writes the line that the builder waits for to where Docker sees it.
            var ready = Wait.ForUnixContainer().UntilCommandIsCompleted(
                ["rabbitmq-diagnostics", "check_port_connectivity"], waiting => waiting.WithTimeout(TimeSpan.FromMinutes(2)));
            var container = new RabbitMqBuilder("rabbitmq:4.3.0-management").WithWaitStrategy(ready).WithLogger(NullLogger.Instance).Build();
            await container.StartAsync();
            _stop = container.DisposeAsync;
            Uri = new Uri(container.GetConnectionString());
            Control = new Dictionary<string, string> { ["RABBITMQCTL"] = $"docker exec -i {container.Id} rabbitmqctl" };

            return true;
        }
        catch (Exception exception) when (exception is DockerUnavailableException or DockerApiException)
        {
            return false;
        }
    }
}

[CollectionDefinition(Name)]
public sealed class SharedBroker : ICollectionFixture<Broker>
{
    public const string Name = "Broker";
}
