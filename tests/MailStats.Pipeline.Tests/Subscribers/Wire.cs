using System.Collections.Concurrent;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace MailStats.Pipeline.Tests.Subscribers;

/// <summary>Every message that MailStats publishes, byte for byte.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly ConcurrentQueue<(string Exchange, byte[] Body)> _messages = new();
    private readonly IConnection _connection;
    private readonly IChannel _channel;

    private Wire(IConnection connection, IChannel channel) => (_connection, _channel) = (connection, channel);

    public IReadOnlyCollection<(string Exchange, byte[] Body)> Messages => [.. _messages];

    public static async Task<Wire> ListenAsync(Uri broker)
    {
        var connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        var wire = new Wire(connection, channel);
        var queue = await channel.QueueDeclareAsync();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            wire._messages.Enqueue((delivery.Exchange, delivery.Body.ToArray()));

            return Task.CompletedTask;
        };

        foreach (var exchange in AsyncApi.Read().Exchanges)
        {
            await channel.ExchangeDeclareAsync(exchange, exchange == AsyncApi.Events ? ExchangeType.Topic : ExchangeType.Fanout, durable: true);
            await channel.QueueBindAsync(queue.QueueName, exchange, exchange == AsyncApi.Events ? "#" : "");
        }

        await channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);

        return wire;
    }

    /// <summary>Ids of the public events that came, each once.</summary>
    public IEnumerable<string> EventIds => _messages.Where(message => message.Exchange == AsyncApi.Events)
        .Select(message => JsonDocument.Parse(message.Body).RootElement.GetProperty("id").GetString()!).Distinct().Order(StringComparer.Ordinal);

    /// <summary>Ids of the notices that came as messages of MassTransit, each once.</summary>
    public IEnumerable<string> NoticeIds => Envelopes.Select(envelope => envelope.GetProperty("message"))
        .Where(message => message.TryGetProperty("noticeId", out _))
        .Select(message => message.GetProperty("noticeId").GetString()!).Distinct().Order(StringComparer.Ordinal);

    private IEnumerable<JsonElement> Envelopes => _messages.Where(message => message.Exchange != AsyncApi.Events)
        .Select(message => JsonDocument.Parse(message.Body).RootElement);

    /// <summary>How many different notices of a type came.</summary>
    public int Count(string type) => Notices(type).Select(notice => notice.GetProperty("noticeId").GetString()).Distinct().Count();

    /// <summary>The thresholds of all different notices.</summary>
    public List<int> Thresholds() =>
        [
            .. Notices("QuotaThresholdReached").DistinctBy(notice => notice.GetProperty("noticeId").GetString())
                .Select(notice => notice.GetProperty("thresholdPercent").GetInt32()).Order(),
        ];

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private IEnumerable<JsonElement> Notices(string type) => Envelopes
        .Where(envelope => envelope.GetProperty("messageType")[0].GetString()!.EndsWith(":" + type, StringComparison.Ordinal))
        .Select(envelope => envelope.GetProperty("message"));
}
