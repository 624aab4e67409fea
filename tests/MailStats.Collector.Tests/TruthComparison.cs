namespace MailStats.Collector.Tests;

/// <summary>Compares deliveries with a corpus' truth, one line a difference.</summary>
internal static class TruthComparison
{
    public static List<string> Differences(Truth truth, IReadOnlyList<Delivery> deliveries)
    {
        var differences = new List<string>();
        var hosted = deliveries.Any(delivery => delivery.Host.Length > 0);
        var found = deliveries.ToLookup(delivery => (Short(delivery.Host), delivery.QueueId, LowerDomain(delivery.Recipient)));
        var expected = new HashSet<(string, string, string)>();
        foreach (var message in truth.Messages)
        {
            foreach (var recipient in message.Recipients)
            {
                var key = (hosted ? Short(message.Host) : "", message.QueueId, LowerDomain(recipient.Recipient));
                expected.Add(key);
                var delivery = found[key].ToList();
                if (delivery.Count != 1)
                {
                    differences.Add($"{key}: {delivery.Count} deliveries, expected {recipient.Status} ({recipient.StatusFrom})");
                    continue;
                }

                Compare(differences, $"{key}", message, recipient, delivery[0]);
            }
        }

        differences.AddRange(found.Where(group => !expected.Contains(group.Key)).Select(group => $"{group.Key}: not in the truth: {group.First().Status}"));

        return differences;
    }

    /// <summary>Every total of the truth, summed from deliveries.</summary>
    public static List<string> TotalDifferences(Truth truth, IReadOnlyList<Delivery> deliveries)
    {
        var differences = new List<string>();
        var outbound = deliveries.Where(delivery => !delivery.Local).ToList();
        var zone = TimeZoneInfo.FindSystemTimeZoneById(truth.Timezone);
        Same("overall", new Dictionary<string, TruthCounts> { [""] = truth.Totals.Overall }, _ => "");
        Same("sender domain", truth.Totals.BySenderDomain, delivery => DomainOf(delivery.Sender));
        Same("sender", truth.Totals.BySender, delivery => delivery.Sender);
        Same("recipient domain", Lower(truth.Totals.ByRecipientDomain), delivery => DomainOf(delivery.Recipient));
        Same("day", truth.Totals.BySubmissionDay, delivery =>
            TimeZoneInfo.ConvertTime(delivery.Last.AcceptedAt!.Value, zone).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));

        return differences;

        void Same(string what, Dictionary<string, TruthCounts> wanted, Func<Delivery, string> key)
        {
            var got = outbound.GroupBy(key).ToDictionary(group => group.Key, group => new TruthCounts(
                group.Count(),
                group.Count(delivery => delivery.Status == "delivered"),
                group.Count(delivery => delivery.Status == "bounced"),
                group.Count(delivery => delivery.Status == "expired"),
                group.Count(delivery => delivery.Status == "queued")));
            differences.AddRange(wanted.Where(entry => entry.Value.Recipients > 0 && got.GetValueOrDefault(entry.Key) != entry.Value)
                .Select(entry => $"{what} {entry.Key}: truth {entry.Value}, got {got.GetValueOrDefault(entry.Key)}"));
            differences.AddRange(got.Keys.Except(wanted.Keys).Select(extra => $"{what} {extra}: not in the truth"));
        }
    }

    private static Dictionary<string, TruthCounts> Lower(Dictionary<string, TruthCounts> counts) => counts
        .GroupBy(entry => entry.Key.ToLowerInvariant())
        .ToDictionary(group => group.Key, group => group.Select(entry => entry.Value).Aggregate((left, right) => new TruthCounts(
            left.Recipients + right.Recipients, left.Delivered + right.Delivered, left.Bounced + right.Bounced,
                left.Expired + right.Expired, left.Queued + right.Queued)));

    private static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..].ToLowerInvariant();

    private static string TrimLines(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimEnd()));

    private static string LowerDomain(string address)
    {
        var at = address.LastIndexOf('@') + 1;

        return address[..at] + address[at..].ToLowerInvariant();
    }

    private static string Short(string host) => host.Split('.')[0];

    private static void Compare(List<string> differences, string key, TruthMessage message, TruthRecipient recipient, Delivery delivery)
    {
        var joins = delivery.Last.Source == "opensmtpd";
        Same("status", recipient.Status, delivery.Status);
        Same("local", recipient.Kind == "local", delivery.Local);
        Same("sender", message.Sender, delivery.Sender);
        if (recipient.Attempts is not null && recipient.Link is null)
        {
            // OpenSMTPD logs what a session was told before it named the recipient too.
            Same("attempts", recipient.Attempts, joins ? Math.Min(delivery.Attempts, recipient.Attempts.Value) : delivery.Attempts);
        }

        if (recipient is { Reply: not null, StatusFrom: "sink" })
        {
            // Exim drops blanks at the end of a line; OpenSMTPD joins lines and drops their codes.
            Same(
                "reply",
                joins && recipient.Reply.Contains('\n') ? delivery.Last.Reply : TrimLines(recipient.Reply),
                joins ? delivery.Last.Reply : TrimLines(delivery.Last.Reply ?? ""));
            Same("code", recipient.Code, delivery.Last.ReplyCode);
            Same("enhanced", recipient.Enhanced, delivery.Last.EnhancedCode);
        }

        if (recipient.SizeDelivered is { } size && delivery.Last.Source == "postfix")
        {
            Same("bytes (Postfix counts at most one more)", true, delivery.Last.Bytes - size is 0 or 1);
        }

        Same("spam", joins ? null : message.SpamScore, delivery.Last.SpamScore);
        if (recipient is { LastAttempt: { } last, StatusFrom: "sink" })
        {
            // The scripted clock sometimes jumps between the reply and the log's line, never back.
            Same("last is not before", true, last <= delivery.Last.OccurredAt!.Value.AddSeconds(1));
        }

        void Same<T>(string what, T wanted, T got)
        {
            if (!EqualityComparer<T>.Default.Equals(wanted, got))
            {
                differences.Add($"{key} {what}: truth {wanted}, got {got} ({recipient.StatusFrom} {recipient.Stage})");
            }
        }
    }
}
