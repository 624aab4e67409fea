namespace MailStats.Pipeline.Tests.Processes;

/// <summary>
/// A real RabbitMQ for all tests that want one: <c>MAILSTATS_TEST_RABBITMQ</c> if set, else Docker in builds with
/// <c>-p:Testcontainers=true</c>, else an installed server, else none, and the tests are skipped (with <c>CI=true</c> they fail).
/// </summary>
public sealed class Broker : IAsyncLifetime
{
    private Func<ValueTask> _stop = () => ValueTask.CompletedTask;

    public Uri? Uri { get; private set; }

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

#if TESTCONTAINERS
        var container = new Testcontainers.RabbitMq.RabbitMqBuilder("rabbitmq:4-management").Build();
        await container.StartAsync();
        _stop = container.DisposeAsync;
        Uri = new Uri(container.GetConnectionString());
#else
        if (RabbitMqNode.IsInstalled)
        {
            var node = await RabbitMqNode.StartAsync();
            _stop = node.DisposeAsync;
            Uri = node.Uri;
        }
#endif
    }

    public async Task DisposeAsync() => await _stop();
}

[CollectionDefinition(Name)]
public sealed class SharedBroker : ICollectionFixture<Broker>
{
    public const string Name = "Broker";
}
