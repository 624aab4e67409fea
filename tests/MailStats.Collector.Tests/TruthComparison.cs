namespace MailStats.Collector.Tests;

/// <summary>Compares deliveries with a corpus' truth, one line a difference.</summary>
internal static class TruthComparison
{
    public static List<string> Differences(Truth truth, IReadOnlyList<Delivery> deliveries)
    {
        var differences = new List<string>();
        var found = deliveries.ToLookup(delivery => (Short(delivery.Host), delivery.QueueId, delivery.Recipient));
        var expected = new HashSet<(string, string, string)>();
        foreach (var message in truth.Messages)
        {
            foreach (var recipient in message.Recipients)
            {
                var key = (Short(message.Host), message.QueueId, recipient.Recipient);
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

    private static string Short(string host) => host.Split('.')[0];

    private static void Compare(List<string> differences, string key, TruthMessage message, TruthRecipient recipient, Delivery delivery)
    {
        Same("status", recipient.Status, delivery.Status);
        Same("local", recipient.Kind == "local", delivery.Local);
        Same("sender", message.Sender, delivery.Sender);
        if (recipient.Attempts is not null && recipient.Link is null)
        {
            Same("attempts", recipient.Attempts, delivery.Attempts);
        }

        if (recipient is { Reply: not null, StatusFrom: "sink" })
        {
            Same("reply", recipient.Reply, delivery.Last.Reply);
            Same("code", recipient.Code, delivery.Last.ReplyCode);
            Same("enhanced", recipient.Enhanced, delivery.Last.EnhancedCode);
        }

        if (recipient.SizeDelivered is { } size)
        {
            Same("bytes (Postfix counts at most one more)", true, delivery.Last.Bytes - size is 0 or 1);
        }

        Same("spam", message.SpamScore, delivery.Last.SpamScore);
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
