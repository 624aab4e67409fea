using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MailStats.Contracts;
using MassTransit;
using MassTransit.Context;
using MassTransit.Serialization;

namespace MailStats.ServiceDefaults.Tests.Messaging;

/// <summary>What is read is what the library reads, for every envelope that it takes; and its errors are the library's.</summary>
public sealed class EnvelopeDeserializerTests
{
    private const string Type = "urn:message:MailStats.Contracts:DeliveriesReported";

    private const string Message =
        """
        {"batchId":"01980000-0000-7000-8000-000000000001","receivedAt":"2026-10-05T12:00:00+00:00","deliveries":[{"eventId":
        "01980000-0000-7000-8000-000000000002","tenantId":"acme","messageKey":"mx1/}\"{","recipient":"zoé@example.net","kind":3,
        "occurredAt":"2026-10-05T11:59:58.123Z","source":"a \\ b","replyText":"550 \u00e9 {[\"]} \ud83d\udce7","unheardOf":{"a":[1,{"b":null}]}}]}
        """;

    private readonly EnvelopeDeserializer _deserializer = new();
    private readonly SystemTextJsonMessageSerializer _library = new(null);

    public static TheoryData<string> Envelopes => new(
        $$$"""{"messageId":"01980000-0000-7000-8000-000000000003","messageType":["{{{Type}}}"],"message":{{{Message}}},"sentTime":"2026-10-05T12:00:00Z"}""",
        $$$"""{"message":{{{Message}}},"messageType":["urn:message:Other:Thing","{{{Type}}}"],"headers":{"traceparent":"00-1-2-00","n":3}}""",
        $$$"""  {"unheardOf":{"message":{"deliveries":[]}}, "Message" : {{{Message}}} , "MessageType":["{{{Type}}}"],"host":{"machineName":"mx1"}}  """,
        $$$"""{"messageType":["{{{Type}}}"],"message":{"batchId":"none","deliveries":[]},"message":{{{Message}}}}""",
        $$$"""{"messageType":["{{{Type}}}"],"message":{"batchId":"none"}}""",
        $$$"""{"messageType":["{{{Type}}}"],"message":"text"}""",
        $$$"""{"messageType":["{{{Type}}}"],"message":null}""",
        $$$"""{"messageType":["{{{Type}}}"]}""",
        $$$"""{"messageType":["urn:message:Other:Thing"],"message":{{{Message}}}}""",
        $$$"""{"message":{{{Message}}}}""",
        $$$"""{"messageType":["{{{Type}}}"],"message":{{{Message}}}""",
        """{"messageType":7,"message":{}}""",
        """[1,2]""",
        """null""",
        "",
        "\0\u0001 no JSON");

    [Theory]
    [MemberData(nameof(Envelopes))]
    public void What_is_read_is_what_the_library_reads(string envelope)
    {
        Assert.Equal(Read(_library, envelope), Read(_deserializer, envelope));
    }

    [Fact]
    public void What_the_library_writes_is_read()
    {
        var sent = new MessageSendContext<DeliveriesReported>(JsonSerializer.Deserialize<DeliveriesReported>(Message, SystemTextJsonMessageSerializer.Options)!)
        {
            MessageId = Guid.CreateVersion7(),
            SupportedMessageTypes = [Type],
        };

        var opened = _deserializer.Deserialize(_library.GetMessageBody(sent), EmptyHeaders.Instance);

        Assert.True(opened.TryGetMessage<DeliveriesReported>(out var read));
        Assert.Equal(JsonSerializer.Serialize(sent.Message), JsonSerializer.Serialize(read));
        Assert.Equal(sent.MessageId, Assert.IsAssignableFrom<MessageContext>(opened).MessageId);
    }

    [Fact]
    public void A_message_is_read_without_a_document_of_it()
    {
        var body = new BytesMessageBody(Encoding.UTF8.GetBytes($$$"""{"messageType":["{{{Type}}}"],"message":{{{Message}}}}"""));
        var (library, own) = (Allocated(_library), Allocated(_deserializer));

        Assert.True(own < library * 2 / 3, $"{own} bytes, {library} by the library");

        long Allocated(IMessageDeserializer deserializer)
        {
            Open();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Open();

            return GC.GetAllocatedBytesForCurrentThread() - before;

            void Open() => Assert.True(deserializer.Deserialize(body, EmptyHeaders.Instance).TryGetMessage<DeliveriesReported>(out _));
        }
    }

    /// <summary>Everything that is asked of a message, or the error, as text.</summary>
    private static string Read(IMessageDeserializer deserializer, string envelope)
    {
        var told = new StringBuilder();

        try
        {
            var opened = deserializer.Deserialize(new BytesMessageBody(Encoding.UTF8.GetBytes(envelope)), EmptyHeaders.Instance);
            var context = (MessageContext)opened;
            told.AppendJoin('\n', opened.SupportedMessageTypes).AppendLine();
            told.AppendJoin('\n', context.MessageId, context.SentTime, context.Host?.MachineName, JsonSerializer.Serialize(context.Headers.GetAll()));
            Try(() => opened.TryGetMessage<DeliveriesReported>(out var typed) ? JsonSerializer.Serialize(typed) : "no DeliveriesReported");
            Try(() => opened.TryGetMessage<QuotaThresholdReached>(out _) ? "a notice" : "no notice");
            Try(() => opened.TryGetMessage(typeof(DeliveriesReported), out var typed) ? JsonSerializer.Serialize(typed) : "no object");
            Try(() => Sent(opened));
        }
        catch (Exception error)
        {
            told.AppendLine().Append(error.GetType()).Append(": ").Append(error.Message);
        }

        return told.ToString();

        void Try(Func<string> read)
        {
            try
            {
                told.AppendLine().Append(read());
            }
            catch (Exception error)
            {
                told.AppendLine().Append(error.GetType()).Append(": ").Append(error.Message);
            }
        }
    }

    /// <summary>As it would be sent on, but for when.</summary>
    private static string Sent(SerializerContext opened)
    {
        var sending = new MessageSendContext<object>(new object()) { MessageId = Guid.Empty };
        var sent = JsonNode.Parse(opened.GetMessageSerializer().GetMessageBody(sending).GetBytes())!.AsObject();
        sent.Remove("sentTime");

        return sent.ToJsonString();
    }
}
