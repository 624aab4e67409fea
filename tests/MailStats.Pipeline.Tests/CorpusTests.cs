using System.Globalization;
using System.Text.Json;
using MailStats.Pipeline.Tests.Processes;

namespace MailStats.Pipeline.Tests;

/// <summary>Real logs through the real Collector into the real Standalone: every total is what really became of the mail.</summary>
public sealed class CorpusTests
{
    [SkippableTheory]
    [InlineData("postfix/main")]
    [InlineData("postfix/rotated")]
    [InlineData("postfix/twohosts")]
    [InlineData("postfix/longids")]
    [InlineData("postfix/rfc3339")]
    [InlineData("exim/main")]
    [InlineData("exim/rotated")]
    [InlineData("exim/selectors")]
    public async Task An_imported_log_gives_the_true_totals_for_tenant_domains_mailboxes_and_days(string name)
    {
        var corpus = Corpus.Require(name);
        await using var app = await StandaloneApp.StartAsync();
        var key = (await File.ReadAllTextAsync(app.KeyFile)).Trim();

        await CheckAsync(name, corpus, app.Client, app.Process.Address, key, app.Data);
    }

    /// <summary>Imports the log at an address and compares what is counted there with what really became of the mail.</summary>
    internal static async Task CheckAsync(string name, Corpus corpus, MailStatsClient client, Uri address, string key, string data)
    {
        var truth = TotalsOf(corpus.Deliveries);

        // Twice: the second reading of the same log changes nothing.
        await ImportAsync(name, corpus, address, key, Path.Combine(data, "collector"));
        await ImportAsync(name, corpus, address, key, Path.Combine(data, "collector-again"));
        await Eventually.IsAsync(() => SettledAsync(client, corpus), totals => totals == truth, "the truth's totals");

        Assert.Equal(
            ByName(corpus.Deliveries.GroupBy(delivery => delivery.Domain)),
            await NamedAsync(client, $"/v1/domains?{PeriodOf(corpus)}", "domain"));

        foreach (var domain in corpus.Deliveries.GroupBy(delivery => delivery.Domain))
        {
            Assert.Equal(
                ByName(domain.GroupBy(delivery => delivery.Mailbox)),
                await NamedAsync(client, $"/v1/domains/{domain.Key}/mailboxes?{PeriodOf(corpus)}", "mailbox"));
        }

        var zone = TimeZoneInfo.FindSystemTimeZoneById(corpus.TimeZone);
        Assert.Equal(
            ByName(corpus.Deliveries.GroupBy(delivery => Day(TimeZoneInfo.ConvertTime(delivery.Submitted, zone)))),
            await DaysAsync(client, corpus));

        var counted = await RetryCountsAsync(client, corpus);
        Assert.Empty(
            from delivery in corpus.Deliveries
            where delivery is { Status: not "delivered", Attempts: not null }
            let shown = counted[(delivery.QueueId, delivery.Recipient.ToUpperInvariant())]
            where !shown.SequenceEqual([delivery.Attempts!.Value])
            select $"{delivery}: {string.Join(", ", shown)}");
    }

    private static async Task ImportAsync(string name, Corpus corpus, Uri address, string key, string state)
    {
        var (exitCode, output) = await CollectorProcess.RunAsync(
        [
            "import", "--format", name.Split('/')[0], "--year", "2026", "--time-zone", corpus.TimeZone,
            "--url", address.ToString(), "--key", key, "--state", state, .. corpus.Logs,
        ]);

        Assert.True(exitCode == 0, output);
    }

    /// <summary>All bounces as one number: which of them are hard is the classifier's word, not the log's.</summary>
    private static async Task<Outcomes> SettledAsync(MailStatsClient client, Corpus corpus)
    {
        var totals = await client.TotalsAsync(PeriodOf(corpus));

        return new(totals.Recipients, totals.Delivered, totals.SoftBounces + totals.HardBounces, totals.Pending);
    }

    private static async Task<SortedDictionary<string, Outcomes>> NamedAsync(MailStatsClient client, string path, string name)
    {
        var items = (await client.GetAsync(path)).GetProperty("items").EnumerateArray();

        return new(items.ToDictionary(item => item.GetProperty(name).GetString()!, OutcomesOf), StringComparer.Ordinal);
    }

    private static async Task<ILookup<(string QueueId, string Recipient), int>> RetryCountsAsync(MailStatsClient client, Corpus corpus)
    {
        var items = new List<JsonElement>();
        string? next = null;

        do
        {
            var page = await client.GetAsync($"/v1/error-events?limit=500&{PeriodOf(corpus)}{(next is null ? "" : $"&cursor={Uri.EscapeDataString(next)}")}");
            items.AddRange(page.GetProperty("items").EnumerateArray());
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);

        return items.ToLookup(
            item => (item.GetProperty("queueId").GetString() ?? "", item.GetProperty("to").GetString()!.ToUpperInvariant()),
            item => item.GetProperty("retryCount").GetInt32());
    }

    private static async Task<SortedDictionary<string, Outcomes>> DaysAsync(MailStatsClient client, Corpus corpus)
    {
        var points = (await client.GetAsync($"/v1/timeline?interval=day&{PeriodOf(corpus)}")).GetProperty("points").EnumerateArray();

        return new(
            points.Select(point => (Start: point.GetProperty("start").GetDateTimeOffset(), Outcomes: OutcomesOf(point)))
                .Where(point => point.Outcomes.Recipients > 0)
                .ToDictionary(point => Day(point.Start), point => point.Outcomes),
            StringComparer.Ordinal);
    }

    private static Outcomes OutcomesOf(JsonElement item) => new(
        item.GetProperty("recipients").GetInt64(),
        item.GetProperty("delivered").GetInt64(),
        item.GetProperty("softBounces").GetInt64() + item.GetProperty("hardBounces").GetInt64(),
        item.GetProperty("pending").GetInt64());

    private static SortedDictionary<string, Outcomes> ByName(IEnumerable<IGrouping<string, CorpusDelivery>> groups) =>
        new(groups.ToDictionary(group => group.Key, TotalsOf), StringComparer.Ordinal);

    private static Outcomes TotalsOf(IEnumerable<CorpusDelivery> deliveries)
    {
        var byStatus = deliveries.CountBy(delivery => delivery.Status).ToDictionary();
        int Count(string status) => byStatus.GetValueOrDefault(status);

        return new(byStatus.Values.Sum(), Count("delivered"), Count("bounced") + Count("expired"), Count("queued"));
    }

    private static string PeriodOf(Corpus corpus)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(corpus.TimeZone);
        var first = TimeZoneInfo.ConvertTime(corpus.Deliveries.Min(delivery => delivery.Submitted), zone);
        var last = TimeZoneInfo.ConvertTime(corpus.Deliveries.Max(delivery => delivery.Submitted), zone);

        return $"from={Day(first)}&to={Day(last)}&timeZone={Uri.EscapeDataString(corpus.TimeZone)}";
    }

    private static string Day(DateTimeOffset time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private readonly record struct Outcomes(long Recipients, long Delivered, long Bounces, long Pending);
}
