using System.Diagnostics.CodeAnalysis;
using System.Net.Mime;
using System.Runtime.CompilerServices;
using MassTransit;
using MassTransit.Serialization;

namespace MailStats.ServiceDefaults;

/// <summary>
/// For the in-memory transport: a message goes to its consumers as the object it is, not as JSON and back, which was more
/// than half of what an event cost in one process. Safe because messages are records that nobody changes.
/// </summary>
/// <remarks>
/// The transport carries bytes. These are an empty token for each message, and the message hangs on the token: it lives
/// exactly as long as the transport (queues, retries, error queues) holds the token.
/// </remarks>
internal sealed class ReferenceSerializer : IMessageSerializer, IMessageDeserializer, ISerializerFactory
{
    private static readonly ContentType Reference = new("application/vnd.mailstats.reference");

    private readonly ConditionalWeakTable<byte[], JsonMessageEnvelope> _carried = [];
    private readonly SystemTextJsonMessageSerializer _json = new(null);

    public ContentType ContentType => Reference;

    public IMessageSerializer CreateSerializer() => this;

    public IMessageDeserializer CreateDeserializer() => this;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class
    {
        var token = new byte[1];
        _carried.Add(token, new JsonMessageEnvelope(context, context.Message));

        return new BytesMessageBody(token);
    }

    public ConsumeContext Deserialize(ReceiveContext receiveContext) =>
        new BodyConsumeContext(receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        _carried.TryGetValue(body.GetBytes(), out var envelope)
            ? new Carried(_json, envelope)
            : throw new InvalidOperationException("The message is none that this process sent.");

    public MessageBody GetMessageBody(string text) => throw new NotSupportedException("Messages in memory have no text.");

    public void Probe(ProbeContext context) => context.CreateScope("reference");

    private sealed class Carried(SystemTextJsonMessageSerializer json, JsonMessageEnvelope envelope) : SystemTextJsonSerializerContext(
        json, SystemTextJsonMessageSerializer.Options, Reference, new EnvelopeMessageContext(envelope, json),
        envelope.MessageType ?? [], envelope, envelope.Message!)
    {
        public override bool TryGetMessage<T>(out T? message)
            where T : class
        {
            message = Message as T;

            return message is not null || base.TryGetMessage(out message);
        }

        public override bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? message)
        {
            message = messageType.IsInstanceOfType(Message) ? Message : null;

            return message is not null || base.TryGetMessage(messageType, out message);
        }
    }
}
