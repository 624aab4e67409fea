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

    private static async Task CompareAsync(string format, int port, string log, ScriptedSink sink)
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
        var deliveries = Read(format, log);
        while (
            deliveries.Count < 40 || deliveries.Any(
                delivery => delivery.Status == "queued" && !delivery.Recipient.StartsWith("full", StringComparison.Ordinal)))
        {
            await ticks.WaitForNextTickAsync(patience.Token);
            deliveries = Read(format, log);
        }

        Assert.Equal(40, deliveries.Count);
        foreach (var delivery in deliveries)
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

    private static List<Delivery> Read(string format, string log)
    {
        var reader = LogFormats.Create(format, new LogClock(TimeZoneInfo.Local, TimeProvider.System.GetUtcNow()));
        using var stream = new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var lines = new Reading.LineReader(stream, grows: true);
        while (lines.TryRead(out var line, out _))
        {
            reader.Read(line);
        }

        return Ledger.Of(reader.Messages.Events());
    }
}
