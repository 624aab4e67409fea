using System.Collections.Concurrent;
using System.Net.Mime;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;
using MailStats.Pipeline.Tests.Processes;
using MailStats.Stores;
using MailStats.Stores.Notifications;
using MailStats.Stores.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace MailStats.Pipeline.Tests.Subscribers;

/// <summary>What programs outside hear over a real broker, and all that they cannot.</summary>
[Collection(SharedBroker.Name)]
public sealed class PublicEventTests(Broker broker) : IAsyncLifetime, IDisposable
{
    private const string Mine = "billing";

    /// <summary>Messages in a subscriber's queue, by <c>deploy/rabbitmq/add-subscriber.sh</c>.</summary>
    private const uint Kept = 100_000;

    private readonly TemporaryFolder _data = new();
    private readonly ConcurrentQueue<BasicDeliverEventArgs> _heard = new();
    private ServiceProcess? _aggregator;

    [SkippableFact]
    public async Task Every_notice_is_a_CloudEvent_for_a_user_who_may_see_nothing_else()
    {
        var user = await StartAsync(Mine);
        await using var connection = await OutsideUser.ConnectAsync(user);
        await ListenAsync(connection, $"{Mine}.events", "#");
        await using var inside = await Wire.ListenAsync(broker.Uri!);

        var notices = SomeNotices.All("acme");
        await WriteAsync(notices);

        var ids = notices.Select(notice => notice.Id).Order().ToList();
        await Eventually.IsAsync(() => Task.FromResult(_heard.Select(IdOf).Distinct().Order().ToList()), heard => heard.SequenceEqual(ids), "all events");
        await Eventually.IsAsync(
            () => Task.FromResult(inside),
            wire => wire.NoticeIds.Count() == ids.Count && wire.NoticeIds.SequenceEqual(wire.EventIds),
            "the same notices inside");
        var described = AsyncApi.Read();
        Assert.Empty(_heard.SelectMany(heard => described.Check(AsyncApi.Events, heard.Body.ToArray())).Distinct());
        Assert.Empty(inside.Messages.SelectMany(message => described.Check(message.Exchange, message.Body)).Distinct());
        Assert.Equal(described.EventTypes.Keys.Order(StringComparer.Ordinal), _heard.Select(TypeOf).Distinct().Order(StringComparer.Ordinal));
        Assert.All(_heard, IsWellFormed);

        var opened = JsonDocument.Parse(_heard.First(heard => TypeOf(heard) == "mailstats.incident.opened").Body).RootElement;
        Assert.Equal("receiverOutage", opened.GetProperty("data").GetProperty("incident").GetProperty("kind").GetString());
        Assert.Equal("/tenants/acme", opened.GetProperty("source").GetString());
        Assert.Equal("8f0c2a1b04d5e8f6", opened.GetProperty("subject").GetString());
    }

    [SkippableFact]
    public async Task A_user_outside_declares_binds_and_publishes_nothing_but_its_own()
    {
        var user = await StartAsync(Mine);
        await using var connection = await OutsideUser.ConnectAsync(user);
        var inside = AsyncApi.Read().Exchanges.Where(exchange => exchange != AsyncApi.Events).ToList();
        // They exist and are refused, not missing.
        await using (await Wire.ListenAsync(broker.Uri!))
        {
            await ListenAsync(connection, $"{Mine}.events", "*.incident.*");

            foreach (var exchange in inside)
            {
                await RefusedAsync(connection, channel => channel.QueueBindAsync($"{Mine}.events", exchange, ""));
            }
        }

        await RefusedAsync(connection, channel => channel.QueueDeclareAsync("others.events", true, false, false));
        await RefusedAsync(connection, channel => channel.QueueDeclareAsync("aggregator.deliveries-classified", true, false, false));
        await RefusedAsync(connection, channel => channel.BasicConsumeAsync("aggregator.deliveries-classified", true, new AsyncEventingBasicConsumer(channel)));
        await RefusedAsync(connection, channel => channel.QueuePurgeAsync("aggregator.deliveries-classified"));
        await RefusedAsync(connection, channel => channel.ExchangeDeleteAsync(AsyncApi.Events));
        await RefusedAsync(connection, channel => channel.ExchangeDeclareAsync("mailstats.other", ExchangeType.Fanout));
        await RefusedAsync(connection, channel => channel.BasicPublishAsync(AsyncApi.Events, "acme.quota.restored", "{}"u8.ToArray()).AsTask());
        await RefusedAsync(connection, channel => channel.BasicPublishAsync("", "aggregator.deliveries-classified", "{}"u8.ToArray()).AsTask());
        await RefusedAsync(connection, channel => channel.BasicPublishAsync("mailstats.deliveries-classified", "", "{}"u8.ToArray()).AsTask());
    }

    [SkippableFact]
    public async Task A_user_of_one_tenant_cannot_ask_for_another_tenants_events()
    {
        var user = await StartAsync("acme-panel", "acme");
        await using var connection = await OutsideUser.ConnectAsync(user);

        foreach (var topic in new[] { "#", "*.quota.#", "other.#", "#.restored", "acme" })
        {
            await RefusedAsync(connection, async channel =>
            {
                await channel.QueueDeclareAsync("acme-panel.events", true, false, false);
                await channel.QueueBindAsync("acme-panel.events", AsyncApi.Events, topic);
            });
        }

        await ListenAsync(connection, "acme-panel.events", "acme.#");
        var (others, own) = (SomeNotices.All("other"), SomeNotices.All("acme"));
        await WriteAsync([.. others, .. own]);

        // In order of writing: when the last of its own is here, the others' have long passed.
        await Eventually.IsAsync(() => Task.FromResult(_heard.Select(IdOf).ToHashSet()), heard => heard.Contains(own[^1].Id), "its own events");
        Assert.Equal(own.Select(notice => notice.Id).Order(), _heard.Select(IdOf).Distinct().Order());
    }

    [SkippableTheory]
    [InlineData("csharp")]
    [InlineData("js")]
    [InlineData("python")]
    public async Task A_program_of_the_page_hears_every_event(string language)
    {
        var user = await StartAsync(Mine);
        await using (var connection = await OutsideUser.ConnectAsync(user))
        {
            await ListenAsync(connection, $"{Mine}.events", "#");
        }

        await using var program = await DocumentedProgram.StartAsync("docs/subscribe.md", language, 0, ("BROKER", user.ToString()));
        Skip.If(program is null, $"What runs {language} is not installed.");

        var notices = SomeNotices.All("acme");
        await WriteAsync(notices);

        var lines = await Eventually.IsAsync(() => Task.FromResult(program.Lines), lines => lines.Count >= notices.Count, "all events");
        Assert.All(notices, notice => Assert.Contains(lines, line => line.StartsWith($"{notice.Id} mailstats.", StringComparison.Ordinal)));
        Assert.All(lines, line => Assert.EndsWith(" /tenants/acme", line, StringComparison.Ordinal));
    }

    [SkippableFact]
    public async Task The_queue_of_a_subscriber_who_stays_away_is_bounded()
    {
        var user = await StartAsync(Mine);
        await using var connection = await OutsideUser.ConnectAsync(user);
        await using var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync($"{Mine}.events", true, false, false);

        await using var operators = await OutsideUser.ConnectAsync(broker.Uri!);
        await using var writing = await operators.CreateChannelAsync();

        for (var number = 0; number <= Kept; number++)
        {
            await writing.BasicPublishAsync("", $"{Mine}.events", BitConverter.GetBytes(number));
        }

        // The one that is there since longest went for the one that is too many.
        await Eventually.IsAsync(() => channel.MessageCountAsync($"{Mine}.events"), count => count == Kept, "as many as are kept");
        Assert.Equal(1, BitConverter.ToInt32((await channel.BasicGetAsync($"{Mine}.events", autoAck: true))!.Body.Span));
        await channel.QueueDeleteAsync($"{Mine}.events");
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_aggregator is not null)
        {
            await _aggregator.DisposeAsync();
        }
    }

    public void Dispose() => _data.Dispose();

    private async Task<Uri> StartAsync(string name, string? tenant = null)
    {
        var user = await OutsideUser.AddAsync(broker, name, tenant);
        _aggregator = await ServiceProcess.StartAsync(
            "services/Aggregator",
            null,
            [],
            [
                ("Messaging__Transport", "RabbitMq"), ("Messaging__Uri", broker.Uri!.ToString()),
                ("Storage__Provider", "Sqlite"), ("Storage__Path", _data.Path),
            ]);
        using var client = new HttpClient { BaseAddress = _aggregator.Address };
        await Eventually.IsAsync(async () => (int)(await client.GetAsync("/health/ready")).StatusCode, status => status == 200, "readiness");

        return user;
    }

    private async Task ListenAsync(IConnection connection, string queue, string topic)
    {
        var channel = await connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
        // Of an earlier test with the same user.
        await channel.QueuePurgeAsync(queue);
        await channel.QueueBindAsync(queue, AsyncApi.Events, topic);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            // The bytes are the library's only while it calls.
            _heard.Enqueue(new(
                delivery.ConsumerTag, delivery.DeliveryTag, delivery.Redelivered, delivery.Exchange, delivery.RoutingKey, delivery.BasicProperties,
                delivery.Body.ToArray()));

            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
    }

    private async Task WriteAsync(IEnumerable<(Guid Id, object Message)> notices)
    {
        var services = new ServiceCollection()
            .AddSingleton(Options.Create(new StorageOptions { Path = _data.Path })).AddSingleton(Options.Create(new Mail.Quotas.QuotaOptions()))
            .AddSingleton(TimeProvider.System);
        SqliteStores.AddServices(services);
        await using var provider = services.BuildServiceProvider();

        foreach (var (id, message) in notices)
        {
            await provider.GetRequiredService<IOutbox>().AddAsync(
                id, message.GetType().Name, JsonSerializer.Serialize(message, message.GetType(), JsonSerializerOptions.Web), default);
        }
    }

    private static async Task RefusedAsync(IConnection connection, Func<IChannel, Task> act)
    {
        await using var channel = await connection.CreateChannelAsync(new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => act(channel));
        var reason = refused is OperationInterruptedException { ShutdownReason: { } said } ? said : channel.CloseReason;
        Assert.True(reason?.ReplyCode == 403, refused.ToString());
    }

    private static void IsWellFormed(BasicDeliverEventArgs heard)
    {
        var read = new JsonEventFormatter().DecodeStructuredModeMessage(heard.Body, new ContentType(heard.BasicProperties.ContentType!), null);
        Assert.True(read.IsValid);
        Assert.Equal(read.Id, heard.BasicProperties.MessageId);
        Assert.Equal(DeliveryModes.Persistent, heard.BasicProperties.DeliveryMode);
        Assert.Equal("application/cloudevents+json", new ContentType(heard.BasicProperties.ContentType!).MediaType);
        Assert.Equal($"acme.{read.Type!["mailstats.".Length..]}", heard.RoutingKey);
        Assert.Equal(read.Type == "mailstats.recipient.released", read.Subject is null);
    }

    private static Guid IdOf(BasicDeliverEventArgs heard) => JsonDocument.Parse(heard.Body).RootElement.GetProperty("id").GetGuid();

    private static string TypeOf(BasicDeliverEventArgs heard) => JsonDocument.Parse(heard.Body).RootElement.GetProperty("type").GetString()!;
}
