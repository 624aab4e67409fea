using System.Text.RegularExpressions;
using MailStats.Collector.Import;
using MailStats.Collector.Sending;
using MailStats.Contracts;

namespace MailStats.Collector.Tests;

/// <summary>Logs of real servers against the truth beside them; skipped where they are not beside the checkout.</summary>
public sealed class CorporaTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mailstats-corpora-");
    private IngestDouble _server = null!;

    public static TheoryData<string> Names { get; } =
    [
        "postfix/main", "postfix/rotated", "postfix/twohosts", "postfix/longids", "postfix/rfc3339",
        "exim/main", "exim/rotated", "exim/selectors", "opensmtpd/main",
    ];

    public async Task InitializeAsync() => _server = await IngestDouble.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public async Task Every_delivery_and_every_total_is_as_the_truth_says(string corpus)
    {
        Corpora.SkipUnlessPresent(corpus);
        var truth = Corpora.Truth(corpus);

        // The order of naming does not matter.
        var summary = await ImportAsync(truth, "state", [.. Corpora.Logs(corpus).Reverse()]);

        Assert.Equal((0, 0L), (summary.ExitCode, summary.Waiting));
        var deliveries = Ledger.Of(_server.Taken);
        var differences = TruthComparison.Differences(truth, deliveries);
        Assert.True(differences.Count == 0, string.Join("\n", differences.Take(40)));
        Assert.Equal([], TruthComparison.TotalDifferences(truth, deliveries));
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public async Task Every_attempt_has_the_servers_words_and_its_time(string corpus)
    {
        Corpora.SkipUnlessPresent(corpus);
        var truth = Corpora.Truth(corpus);

        await ImportAsync(truth, "state", Corpora.Logs(corpus));

        var (compared, unheard, differences) = TrailComparison.Compare(truth, Corpora.Replies(corpus), [.. _server.Taken]);
        Assert.NotEqual(0, compared);
        Assert.Equal(corpus == "opensmtpd/main" ? 9 : 0, unheard);
        Assert.True(differences.Count == 0, $"{differences.Count} of {compared}\n" + string.Join("\n", differences.Take(12)));
    }

    /// <summary>Of the servers that the corpora's MTAs spoke to, Gmail's and Outlook's offer TLS.</summary>
    [SkippableTheory]
    [MemberData(nameof(Names))]
    public async Task Every_delivery_tells_whether_it_was_encrypted(string corpus)
    {
        Corpora.SkipUnlessPresent(corpus);

        await ImportAsync(Corpora.Truth(corpus), "state", Corpora.Logs(corpus));

        var delivered = _server.Taken.Where(item => item is { Event: "delivered", Local: null, RemoteHost: not null }).ToList();
        Assert.NotEmpty(delivered);
        Assert.All(delivered, item => Assert.Equal(
            (item.RemoteHost, Regex.IsMatch(item.RemoteHost!, "gmail|outlook") ? "TLSv1.3" : null), (item.RemoteHost, item.TlsVersion)));
        Assert.Contains(delivered, item => item.TlsVersion is not null);
        Assert.Contains(delivered, item => item.ClientAddress is "127.0.5.1" or "127.0.5.2");
    }

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public async Task Cut_in_two_and_read_in_two_runs_it_tells_the_same(string corpus)
    {
        Corpora.SkipUnlessPresent(corpus);
        var truth = Corpora.Truth(corpus);
        var lines = Corpora.Logs(corpus).SelectMany(path => LineSplitting.LinesOf(File.ReadAllBytes(path))).ToList();
        await ImportAsync(truth, "whole", Corpora.Logs(corpus));
        var (ordered, whatever) = (Distinct(_server.Taken, inOrder: true), Distinct(_server.Taken, inOrder: false));

        var random = new Random(20261005);
        for (var round = 0; round < 12; round++)
        {
            _server.Taken.Clear();
            var cut = random.Next(1, lines.Count - 20);
            while (lines[cut].AsSpan().IndexOf(" <= "u8) > 0)
            {
                // A score that an ACL logs before Exim's "<=" is the one fact that a cut between the two can lose.
                cut++;
            }

            var halves = new[] { Write("first.log", lines[..cut]), Write("second.log", lines[cut..]) };
            var waiting = 0L;
            foreach (var half in round % 2 == 0 ? halves : halves.Reverse())
            {
                var summary = await ImportAsync(truth, $"state-{round}", [half]);
                Assert.Equal(0, summary.ExitCode);
                waiting = summary.Waiting;
            }

            var got = Distinct(_server.Taken, inOrder: round % 2 == 0);
            var whole = round % 2 == 0 ? ordered : whatever;
            Assert.Equal((0L, $"cut after line {cut}"), (waiting, $"cut after line {cut}"));
            Assert.True(whole.SequenceEqual(got), string.Join("\n", [$"cut after line {cut}", .. whole.Except(got).Take(2), .. got.Except(whole).Take(2)]));
        }
    }

    private Task<ImportSummary> ImportAsync(Truth truth, string state, IReadOnlyList<string> files) => new ImportRun(
        new ImportOptions
        {
            Files = files,
            Send = new SendOptions { Url = _server.Url, Key = IngestDouble.Key },
            TimeZone = TimeZoneInfo.FindSystemTimeZoneById(truth.Timezone),
            Year = truth.Started.Year,
            StateFolder = Path.Combine(_folder.FullName, state),
        },
        TimeProvider.System).RunAsync(CancellationToken.None);

    private string Write(string name, IEnumerable<byte[]> lines) => Samples.Write(_folder, name, lines);

    /// <summary>The version of TLS stands in a line before the delivery's: of pieces in the wrong order, the later one lacks it.</summary>
    private static List<string> Distinct(IEnumerable<SubmittedEvent> events, bool inOrder) =>
        [.. events.Select(item => (inOrder ? item : item with { TlsVersion = null }).ToString()).Distinct().Order(StringComparer.Ordinal)];
}
