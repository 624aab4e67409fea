using System.Globalization;
using MailStats.Classifier.Replies;
using MailStats.Classifier.Scoring;

namespace MailStats.ClassifierBench;

/// <summary>Replies as a mail server sees them: a few kinds again and again, most kinds seldom, addresses, hosts and ids always different.</summary>
internal static class ReplyMix
{
    public static SmtpReply[] Make(int count)
    {
        var random = new Random(4711);
        var kinds = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "own-replies.jsonl")).Select(line => LabelledReply.Read(line).Reply).ToArray();
        random.Shuffle(kinds);

        // The n-th kind comes with weight 1/n (Zipf).
        var weights = new double[kinds.Length];
        var sum = 0.0;

        for (var kind = 0; kind < kinds.Length; kind++)
        {
            sum += 1.0 / (kind + 1);
            weights[kind] = sum;
        }

        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var kind = Math.Min(Array.FindIndex(weights, weight => weight >= random.NextDouble() * sum), kinds.Length - 1);

            return Vary(kinds[kind], random);
        })];
    }

    /// <summary>Texts made to cost time: 64 KB each.</summary>
    public static IEnumerable<(string Name, string Text)> Hostile()
    {
        const int length = 64 * 1024;

        yield return ("one letter", new string('a', length));
        yield return ("half addresses", Repeat("a.b-c_d=", length));
        yield return ("addresses", Repeat("a@b ", length));
        yield return ("half IPv6", Repeat("a:b:", length));
        yield return ("numbers", Repeat("1.2.3.", length));
        yield return ("words of every rule", Repeat("user unknown mailbox full domain not found blocked spam relay denied ", length));
        yield return ("beginnings of phrases", Repeat("mailbox mailbox user recipient ", length));
        yield return ("quoted replies", Repeat("said: 550 5.1.1 x -> 554 5.7.1 y ", length));
        yield return ("line ends", Repeat("550-5.7.1 \r\n", length));
        yield return ("foreign letters", Repeat("пользователь 收件人 é ", length));
        yield return ("the busiest words", Repeat(
            "rejected denied blocked not allowed user recipient mailbox account address sender ip host server message mail email invalid unknown ", length));
        yield return ("limits", Repeat("Too many messages, at most 20 messages per 60 seconds of 1234567 bytes exceeds 10 MB limit ", length));
        yield return ("digits", Repeat("1234567890", length));
        yield return ("half limits", Repeat("rate limit exceeded 20 concurrent ", length));
        yield return ("results of checks", Repeat("unauthenticated spf dkim dmarc and ptr did ", length));
        yield return ("listed addresses", Repeat("2001:db8::1 is listed at zen.spamhaus.org ", length));
        yield return ("spaces", new string(' ', length));
        yield return ("open brackets", Repeat("<(\"'{[", length));
        yield return ("halves of ideographs", Repeat("邮箱邮用户地址域名", length));
        yield return ("accents", Repeat("é\u0301ü\u0308", length));
        yield return ("half surrogates", new string('\ud800', length));
    }

    private static SmtpReply Vary(in SmtpReply kind, Random random) => kind with
    {
        Text = kind.Text!
            .Replace("ann@", $"user{random.Next(100_000)}@", StringComparison.Ordinal)
            .Replace("198.51.100.3", $"198.51.100.{random.Next(256)}", StringComparison.Ordinal)
            .Replace(
                "a1si123.4",
                string.Create(CultureInfo.InvariantCulture, $"{random.NextInt64():x}si{random.Next(100_000_000)}.{random.Next(1000)}"),
                StringComparison.Ordinal)
            + (random.Next(2) == 0 ? string.Empty : $" (in reply to RCPT TO command) <user{random.Next(1_000_000)}@shop{random.Next(50)}.example>"),
    };

    private static string Repeat(string part, int length) => string.Concat(Enumerable.Repeat(part, (length / part.Length) + 1))[..length];
}
