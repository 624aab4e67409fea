using System.Globalization;
using System.Text.RegularExpressions;
using MailStats.Collector.Joining;
using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>What goes out: lines of <c>[outbound]</c> with the id of a delivery.</summary>
internal sealed partial class HarakaReader
{
    /// <summary>Recipients of one message; RFC 5321 §4.5.3.1.8 asks servers for 100.</summary>
    public const int MaximumRecipients = 1_000;

    /// <summary>Deliveries that are under way at once; each forgets with its end.</summary>
    private const int RememberedDeliveries = 10_000;

    private readonly RecentTable<string, HarakaDelivery> _underWay = new(RememberedDeliveries);

    private LineOutcome ReadOutgoing(long at, string host, string id, string said)
    {
        var end = id.LastIndexOf('.');
        if (Find(host, id[..end], at) is not { Recipients: not null } message)
        {
            return LineOutcome.NoDelivery;
        }

        if (!_underWay.TryGet(id, out var delivery))
        {
            _ = int.TryParse(id.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            delivery = new HarakaDelivery(number);
            _underWay.Set(id, delivery);
        }

        var used = said.StartsWith("Attempting to deliver", StringComparison.Ordinal) ? delivery.Begin()
            : Secured().Match(said) is { Success: true } secured ? delivery.Secure(secured.Groups["version"].Value)
            : Delivered().Match(said) is { Success: true } delivered ? Deliver(message, delivery, at, delivered)
            : OneRecipient().Match(said) is { Success: true } one ? TakeOne(message, delivery, at, one)
            : All().Match(said) is { Success: true } all && TakeAll(message, delivery, at, all);
        if (message.Ended?.Count >= message.Recipients.Count)
        {
            messages.Close(HostOf(host), message, at);
        }

        return !used ? LineOutcome.NoDelivery : message.OwnMail ? LineOutcome.OwnMail : LineOutcome.Used;
    }

    private bool Deliver(JoinedMessage message, HarakaDelivery delivery, long at, Match line)
    {
        var accepted = int.Parse(line.Groups["ok"].Value, CultureInfo.InvariantCulture);
        var failed = int.Parse(line.Groups["failed"].Value, CultureInfo.InvariantCulture);
        var bounced = int.Parse(line.Groups["bounced"].Value, CultureInfo.InvariantCulture);
        var open = delivery.OpenOf(message, line.Groups["domain"].Value, accepted + failed + bounced);
        var reply = line.Groups["reply"].Value;

        // Those that lines of their own tell of were not among the accepted, unless all that are left were.
        foreach (var recipient in open.Where(recipient => open.Count == accepted || !delivery.Told.Contains(recipient)))
        {
            End(message, new Attempt
            {
                Kind = DeliveryEventKind.Delivered,
                Recipient = recipient,
                OccurredAt = at,
                EnhancedCode = EnhancedOf(reply),
                Reply = reply,
                RemoteHost = line.Groups["host"].Value,
                Verdict = "delivered",
                TlsVersion = line.Groups["tls"].Value == "Y" ? delivery.TlsVersion : null,
                Local = line.Groups["mode"].Value == "LMTP",
            });
        }

        delivery.Begin();

        return true;
    }

    private bool TakeOne(JoinedMessage message, HarakaDelivery delivery, long at, Match line)
    {
        var isFinal = line.Groups["verdict"].Value == "rejected";
        var attempt = AttemptOf(isFinal ? DeliveryEventKind.Bounced : DeliveryEventKind.Deferred, line.Groups["address"].Value, at, line.Groups["reply"].Value)
            with { Verdict = line.Groups["verdict"].Value, TlsVersion = delivery.TlsVersion };
        delivery.Told.Add(attempt.Recipient);
        if (isFinal)
        {
            End(message, attempt);
        }
        else
        {
            messages.Add(message, attempt);
        }

        return true;
    }

    /// <summary><c>Temp failing … for 64 seconds: Upstream error: 421 …</c>, <c>bouncing mail: Too many failures (…)</c></summary>
    private bool TakeAll(JoinedMessage message, HarakaDelivery delivery, long at, Match line)
    {
        var text = line.Groups["text"].Value;
        if (text.StartsWith("Some recipients ", StringComparison.Ordinal))
        {
            // Each was told of already.
            return true;
        }

        var hasExpired = TooMany().Match(text) is { Success: true };
        var reply = hasExpired ? TooMany().Match(text).Groups["text"].Value : text;
        reply = reply.StartsWith("Upstream error: ", StringComparison.Ordinal) ? reply["Upstream error: ".Length..] : reply;
        var isFinal = line.Groups["verdict"].Value.StartsWith('b') || line.Groups["verdict"].Value.StartsWith('B');
        var kind = hasExpired ? DeliveryEventKind.Expired : isFinal ? DeliveryEventKind.Bounced : DeliveryEventKind.Deferred;
        foreach (var recipient in delivery.OpenOf(message, domain: null, count: 0).Where(recipient => isFinal || !delivery.Told.Contains(recipient)))
        {
            var attempt = AttemptOf(kind, recipient, at, reply) with
            {
                Verdict = hasExpired ? "too many failures" : isFinal ? "bounced" : "deferred",
                Attempted = !hasExpired,
                TlsVersion = delivery.TlsVersion,
            };
            if (isFinal)
            {
                End(message, attempt);
            }
            else
            {
                messages.Add(message, attempt);
            }
        }

        delivery.Begin();

        return true;
    }

    private void End(JoinedMessage message, Attempt attempt)
    {
        if ((message.Ended ??= []).Add(attempt.Recipient))
        {
            messages.Add(message, attempt);
        }
    }

    private static Attempt AttemptOf(DeliveryEventKind kind, string recipient, long at, string reply)
    {
        var code = LeadingCodes.Read(reply.AsSpan(), out _);

        return new()
        {
            Kind = kind,
            Recipient = recipient,
            OccurredAt = at,
            ReplyCode = code == 0 ? null : code,
            EnhancedCode = EnhancedOf(reply),
            Reply = reply,
        };
    }

    private static string? EnhancedOf(string reply)
    {
        LeadingCodes.Read(reply.AsSpan(), out var enhanced);

        return enhanced.IsEmpty ? null : enhanced.ToString();
    }

    [GeneratedRegex(@"^secured .*\bversion=(?<version>[\w.]+)", RegexOptions.None, Matching.Milliseconds)]
    private static partial Regex Secured();

    [GeneratedRegex(
        "^delivered file=\\S+ domain=\"?(?<domain>[^\\s\"]+)\"? host=\"?(?<host>[^\\s\"]+)\"? .*\\bmode=(?<mode>\\S+) tls=(?<tls>\\S+) "
        + ".*\\bresponse=\"?(?<reply>.*?)\"? delay=\\S+ fails=\\d+ rcpts=(?<ok>\\d{1,6})/(?<failed>\\d{1,6})/(?<bounced>\\d{1,6})",
        RegexOptions.None,
        Matching.Milliseconds)]
    private static partial Regex Delivered();

    [GeneratedRegex(@"^recipient <(?<address>[^>]+)> (?<verdict>deferred|rejected): (?<reply>.*)$", RegexOptions.None, Matching.Milliseconds)]
    private static partial Regex OneRecipient();

    [GeneratedRegex(
        @"^(?<verdict>[Tt]emp failing) \S+ for \S+ seconds: (?<text>.*)$|^(?<verdict>[Bb]ouncing) mail: (?<text>.*)$",
        RegexOptions.None,
        Matching.Milliseconds)]
    private static partial Regex All();

    [GeneratedRegex(@"^Too many failures \((?<text>.*)\)$", RegexOptions.None, Matching.Milliseconds)]
    private static partial Regex TooMany();
}
