using MailStats.Collector.Formats;
using MailStats.RealMtas;

namespace MailStats.Collector.Tests.Mtas;

/// <summary>What a real mail server logs, against what the server it delivered to saw.</summary>
public sealed class RealMtaTests
{
    [SkippableFact]
    public async Task What_a_real_postfix_logs_is_what_the_sink_saw()
    {
        await using var sink = new ScriptedSink();
        var (postfix, missing) = await RealPostfix.StartRelayAsync(sink.Port);
        Skip.If(postfix is null, missing);
        await using var server = postfix;

        await CompareAsync("postfix", server.Port, server.LogFile, sink);
    }

    [SkippableFact]
    public async Task What_a_real_exim_logs_is_what_the_sink_saw()
    {
        await using var sink = new ScriptedSink();
        var (exim, missing) = await RealExim.StartRelayAsync(sink.Port);
        Skip.If(exim is null, missing);
        await using var server = exim;

        await CompareAsync("exim", server.Port, server.LogFile, sink);
    }

    [SkippableFact]
    public async Task What_a_real_sendmail_logs_is_what_the_sink_saw()
    {
        await using var sink = new ScriptedSink();
        var (sendmail, missing) = await RealSendmail.StartRelayAsync(sink.Port);
        Skip.If(sendmail is null, missing);
        await using var server = sendmail;

        foreach (var delivery in await DeliverAsync("sendmail", server.Port, server.LogFile))
        {
            var replies = sink.Replies[delivery.Recipient].ToList();
            var kind = delivery.Recipient[..2];
            Assert.Equal(
                (delivery.Recipient, kind switch { "an" or "la" => "delivered", "fu" => "queued", _ => "bounced" }, "news@shop.example", false),
                (delivery.Recipient, delivery.Status, delivery.Sender, delivery.Local));

            // Sendmail logs the reply to a delivery without its code, and of several lines the first.
            Assert.Contains(replies, reply => kind is "an" or "la" ? reply == "250 " + delivery.Last.Reply : reply.Split('\n')[0] == delivery.Last.Reply);
            if (kind != "fu")
            {
                Assert.Equal((delivery.Recipient, replies.Count), (delivery.Recipient, delivery.Attempts));
            }
        }
    }

    /// <summary>Hands in eight messages to four recipients each and eight to one, and waits until the log tells of all of them.</summary>
    private static async Task<List<Delivery>> DeliverAsync(string format, int port, string log)
    {
        for (var message = 0; message < 8; message++)
        {
            await SubmitAsync(
                port,
                $"Number {message}",
                $"ann{message}@example.net",
                $"gone{message}@example.net",
                $"later{message}@example.net",
                $"full{message}@example.net");
            await SubmitAsync(port, "Spam", $"spam{message}@example.net");
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        var deliveries = RealLog.Read(format, log);
        while (
            deliveries.Count < 40 || deliveries.Any(
                delivery => delivery.Status == "queued" && !delivery.Recipient.StartsWith("full", StringComparison.Ordinal)))
        {
            await ticks.WaitForNextTickAsync(patience.Token);
            deliveries = RealLog.Read(format, log);
        }

        Assert.Equal(40, deliveries.Count);

        return deliveries;
    }

    private static async Task CompareAsync(string format, int port, string log, ScriptedSink sink)
    {
        foreach (var delivery in await DeliverAsync(format, port, log))
        {
            var replies = sink.Replies[delivery.Recipient].ToList();
            var kind = delivery.Recipient[..2];
            Assert.Equal(
                (delivery.Recipient, kind switch { "an" or "la" => "delivered", "fu" => "queued", _ => "bounced" }), (delivery.Recipient, delivery.Status));
            Assert.Contains(delivery.Last.Reply, replies);
            Assert.Equal("news@shop.example", delivery.Sender);
            Assert.Equal(kind == "sp" ? "Spam" : $"Number {delivery.Recipient.AsSpan(kind switch { "an" => 3, "la" => 5, _ => 4 }, 1)}", delivery.Last.Subject);
            if (kind != "fu")
            {
                // Those in a full mailbox are tried again while this is compared.
                Assert.Equal((delivery.Recipient, replies.Count, replies[^1]), (delivery.Recipient, delivery.Attempts, delivery.Last.Reply));
            }
        }
    }

    private static async Task SubmitAsync(int port, string subject, params string[] recipients) =>
        Assert.StartsWith("2", await SmtpDialogue.SendAsync(port, "news@shop.example", recipients, subject: subject), StringComparison.Ordinal);
}
