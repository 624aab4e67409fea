using MailStats.Contracts;
using MassTransit;

namespace MailStats.ScaleBench;

/// <summary>Puts classified deliveries on the bus, as the classifier does.</summary>
internal sealed class Publisher : IAsyncDisposable
{
    private const int DeliveriesOfMessage = 50;

    /// <summary>Messages that wait for the broker's confirmation at once.</summary>
    private const int AtOnce = 16;

    /// <summary>So much mail in all that what is sent here is of some hours and not of thirty days.</summary>
    private const long AllDeliveries = 20_000_000;

    private const int DomainsOfOneTenant = 20;

    private readonly IBusControl _bus;
    private readonly int _tenants;
    private readonly Traffic _traffic = new(AllDeliveries, DomainsOfOneTenant, TimeProvider.System.GetUtcNow().AddHours(-6));
    private long _made;

    private Publisher(IBusControl bus, int tenants) => (_bus, _tenants) = (bus, tenants);

    /// <summary>Deliveries that the broker has confirmed.</summary>
    public long Sent { get; private set; }

    public static async Task<Publisher> StartAsync(Uri broker, int tenants, CancellationToken cancellationToken)
    {
        var bus = Bus.Factory.CreateUsingRabbitMq(configure =>
        {
            configure.Host(broker);
            configure.MessageTopology.SetEntityNameFormatter(new Names());
        });
        await bus.StartAsync(cancellationToken);

        return new(bus, tenants);
    }

    public async Task SendAsync(int deliveries, CancellationToken cancellationToken)
    {
        var sending = new Queue<Task>();

        for (var left = deliveries; left > 0; left -= DeliveriesOfMessage)
        {
            sending.Enqueue(_bus.Publish(Next(Math.Min(left, DeliveriesOfMessage)), cancellationToken));

            if (sending.Count == AtOnce)
            {
                await sending.Dequeue();
            }
        }

        await Task.WhenAll(sending);
        Sent += deliveries;
    }

    public async ValueTask DisposeAsync() => await _bus.StopAsync();

    private DeliveriesClassified Next(int count)
    {
        var first = _made;
        _made += count;

        return new()
        {
            BatchId = Guid.NewGuid(),
            ReceivedAt = TimeProvider.System.GetUtcNow(),
            Deliveries = [.. _traffic.Batch(first, count).Select((delivery, index) => delivery with
            {
                // The two events of a delivery stand one after the other.
                Event = delivery.Event with { TenantId = FormattableString.Invariant($"tenant{(first + (index / 2)) % _tenants}") },
            })],
        };
    }

    private sealed class Names : IEntityNameFormatter
    {
        public string FormatEntityName<T>() => "mailstats." + KebabCaseEndpointNameFormatter.Instance.SanitizeName(typeof(T).Name);
    }
}
