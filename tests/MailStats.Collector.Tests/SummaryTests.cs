using System.Text;
using System.Text.Json;
using MailStats.Collector.Formats;
using MailStats.Collector.Import;
using MailStats.Collector.Joining;
using MailStats.Collector.Sending;
using MailStats.Contracts;

namespace MailStats.Collector.Tests;

/// <summary>What an import says of itself: nothing is passed over in silence.</summary>
public sealed class SummaryTests : IAsyncLifetime
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mailstats-summary-");
    private IngestDouble _server = null!;

    public async Task InitializeAsync() => _server = await IngestDouble.StartAsync();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Format_files_and_the_share_of_lines_used_are_told()
    {
        var text = Text(await ImportAsync(Samples.PathOf("postfix.log")));

        Assert.Contains("format         postfix, guessed from the first lines", text, StringComparison.Ordinal);
        Assert.Contains("postfix.log: 28 of 30 lines used (93.3 %)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("unwrapped", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_layer_is_told_with_its_lines()
    {
        var wrapped = Write("docker.log", Samples.Lines("postfix.log").Select(line => $"2026-11-19T23:59:58.1Z stdout F {Encoding.UTF8.GetString(line)}"));

        var text = Text(await ImportAsync(wrapped));

        Assert.Matches(@"unwrapped +30  Kubernetes CRI", text);
    }

    [Fact]
    public async Task A_mail_log_of_which_nothing_is_used_ends_with_a_code_of_its_own()
    {
        var idle = Write("idle.log", Enumerable.Repeat("Mar  3 08:00:01 relay1 postfix/smtpd[100]: connect from unknown[203.0.113.9]", 40));

        Assert.Equal(3, (await ImportAsync(idle)).ExitCode);
        Assert.Equal(3, (await ImportAsync(new ImportOptions { Files = [idle], Format = "postfix", Send = Send(), StateFolder = State() })).ExitCode);
        Assert.Equal(
            3,
            (await ImportAsync(new ImportOptions
            {
                Files = [Samples.PathOf("exim.log")], Format = "postfix", Send = Send(), StateFolder = State(),
            })).ExitCode);
        Assert.Equal(1, (await ImportAsync(Path.Combine(_folder.FullName, "missing.log"))).ExitCode);
    }

    [Theory]
    [InlineData("short-monotonic", "[{0,12:0.000000}] relay1 {1}", "-o short-monotonic writes them; write them with journalctl -o short-iso or -o json")]
    [InlineData("short-delta", "[{0,12:0.000000} <    0.000009 >] relay1 {1}", "-o short-monotonic writes them; write them with journalctl")]
    [InlineData("cat", "{2}", "its lines have no time, as journalctl -o cat writes them; write them with journalctl")]
    public async Task What_the_journal_writes_without_the_time_of_day_is_named(string form, string line, string told)
    {
        var log = Write($"{form}.log", Samples.Lines("postfix.log").Select(Encoding.UTF8.GetString).Select((text, index) => string.Format(
            System.Globalization.CultureInfo.InvariantCulture, line, 71834.5 + index, text[(text.IndexOf("relay1 ", StringComparison.Ordinal) + 7)..],
            text[(text.IndexOf(": ", StringComparison.Ordinal) + 2)..])));

        var guessed = await ImportAsync(log);
        var given = await ImportAsync(new ImportOptions { Files = [log], Format = "postfix", Send = Send(), StateFolder = State() });

        Assert.Equal((3, 3), (guessed.ExitCode, given.ExitCode));
        Assert.Contains(told, Text(guessed), StringComparison.Ordinal);
        Assert.Contains(told, Text(given), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_format_is_guessed_from_lines_that_it_uses_and_not_from_those_that_it_knows()
    {
        var levels = Write("app.log", Enumerable.Repeat("2026-08-15T03:20:51.9Z INFO Housekeeper process started (housekeeper.start)", 40));

        var summary = await ImportAsync(levels);

        Assert.Equal((3, null), (summary.ExitCode, summary.Format));
    }

    [Fact]
    public async Task Refusals_are_no_deliveries_and_local_mail_is_told_apart()
    {
        var summary = await ImportAsync(
            Write("refused.log", [
                .. Samples.Lines("postfix.log").Select(Encoding.UTF8.GetString),
                "Mar  4 12:00:00 relay1 postfix/smtpd[100]: 7A1B2C3D4E: client=web.shop.example[192.0.2.10]",
                "Mar  4 12:00:00 relay1 postfix/smtpd[100]: 7A1B2C3D4E: reject: RCPT from web.shop.example[192.0.2.10]: 554 5.7.1 <x@example.com>: " +
                    "Relay access denied; from=<news@shop.example> to=<x@example.com> proto=SMTP helo=<w>",
            ]));

        Assert.Equal(
            (_server.Taken.Count(item => item.Event != "rejected"), _server.Taken.Count(item => item.Event == "rejected"), 1),
            ((int)summary.Deliveries, (int)summary.Rejections, (int)summary.Local));
        Assert.Equal(2, summary.Rejections);
    }

    [Fact]
    public async Task The_hint_to_send_what_is_incomplete_is_given_only_where_that_was_not_done()
    {
        var half = Write("half.log", Samples.Lines("postfix.log").Skip(17).Select(Encoding.UTF8.GetString));

        Assert.Contains("or send them with --incomplete send", Text(await ImportAsync(half)), StringComparison.Ordinal);
        var sent = await ImportAsync(
            new ImportOptions { Files = [half], Send = Send(), TimeZone = TimeZoneInfo.Utc, Year = 2026, StateFolder = State(), SendIncomplete = true });
        sent.Waiting = 1;
        Assert.DoesNotContain("--incomplete send", Text(sent), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Addresses_that_are_none_are_sent_as_they_stand_and_end_nothing()
    {
        var lines = Samples.Lines("postfix.log").Select(Encoding.UTF8.GetString).Select(line => line
            .Replace("ann@example.net", "ann@example..net", StringComparison.Ordinal)
            .Replace("gone@example.org", "gone@x@example.org", StringComparison.Ordinal)
            .Replace("admin@relay1.shop.example", "root", StringComparison.Ordinal).Replace("spam@bad.example", "Print Connections", StringComparison.Ordinal));

        var summary = await ImportAsync(Write("odd.log", lines));

        Assert.Equal(0, summary.ExitCode);
        Assert.All(["ann@example..net", "gone@x@example.org", "root"], odd => Assert.True(_server.Taken.First(item => item.Recipient == odd).AsLogged));
        Assert.True(_server.Taken.Single(item => item.Sender == "Print Connections").AsLogged);
        Assert.Null(_server.Taken.First(item => item.Recipient == "bob@example.org").AsLogged);
    }

    [Fact]
    public async Task What_the_server_keeps_nothing_of_is_told_with_the_setting()
    {
        _server.Old = new { deliveries = 7, deliveriesKeptDays = 90, statistics = 2, rollupsKeptMonths = 25 };

        var text = Text(await ImportAsync(Samples.PathOf("postfix.log")));

        Assert.Matches(@"\nold +7  .*90 days.*Storage:DeliveriesKeptDays", text);
        Assert.Matches(@"too old +2  .*25 months.*Storage:RollupsKeptMonths", text);
    }

    [Theory]
    [InlineData("store.shop.example", true)]
    [InlineData("gmail-smtp-in.l.google.com", false)]
    public void Mail_that_seems_to_come_in_is_pointed_at(string relay, bool told)
    {
        var inward = new InwardMail();
        for (var sender = 0; sender < 30; sender++)
        {
            inward.Add(To("joe@shop.example", relay), From($"ann@example{sender}.net"));
        }

        inward.Add(To("ann@example.net", "mx.example.net"), From("joe@shop.example"));

        Assert.Equal(told, inward.Hint() is not null);
        Assert.Equal(told, inward.Hint()?.Contains($"30 of 31 deliveries went to {relay}", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_smart_host_and_a_little_mail_are_not()
    {
        var (smart, little) = (new InwardMail(), new InwardMail());
        for (var mail = 0; mail < 40; mail++)
        {
            smart.Add(To($"ann@example{mail}.net", "smart.example"), From($"joe@shop{mail % 12}.example"));
        }

        for (var mail = 0; mail < 19; mail++)
        {
            little.Add(To("joe@shop.example", "store.shop.example"), From($"ann@example{mail}.net"));
        }

        Assert.Equal((null, null), (smart.Hint(), little.Hint()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_answer_of_mailcow_s_log_API_is_read_as_it_is(bool pretty)
    {
        var entries = Samples.Lines("postfix.log").Select(Encoding.UTF8.GetString).Select((line, index) => new
        {
            time = (1772524800 + index).ToString(System.Globalization.CultureInfo.InvariantCulture),
            program = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4].Split('[')[0],
            priority = "info",
            message = line[(line.IndexOf("]: ", StringComparison.Ordinal) + 3)..],
        });
        var path = Path.Combine(_folder.FullName, "api.json");
        File.WriteAllText(path, JsonSerializer.Serialize(entries.Reverse(), pretty ? Indented : JsonSerializerOptions.Default));

        var summary = await ImportAsync(path);

        Assert.Equal((0, 0L), (summary.ExitCode, summary.Waiting));
        Assert.Equal(5, Ledger.Of(_server.Taken).Count);
    }

    [Fact]
    public void An_array_past_the_bound_is_refused_with_the_way_round_it()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("[{\"a\":1},{\"a\":2}]"));

        var refused = Assert.Throws<InvalidDataException>(() => Reading.JsonArray.AsLines(stream, maximumBytes: 16));

        Assert.Contains("jq -c", refused.Message, StringComparison.Ordinal);
    }

    private static Attempt To(string recipient, string relay) =>
        new() { Kind = DeliveryEventKind.Delivered, Recipient = recipient, OccurredAt = 1, RemoteHost = relay };

    private static JoinedMessage From(string sender) => new("mx1", "A") { Sender = sender };

    private static string Text(ImportSummary summary)
    {
        using var writer = new StringWriter();
        summary.WriteTo(writer);

        return writer.ToString();
    }

    private string State() => Path.Combine(_folder.FullName, "state");

    private SendOptions Send() => new() { Url = _server.Url, Key = IngestDouble.Key };

    private Task<ImportSummary> ImportAsync(params string[] files) => ImportAsync(
        new ImportOptions { Files = files, Send = Send(), TimeZone = TimeZoneInfo.Utc, Year = 2026, StateFolder = State() });

    private static Task<ImportSummary> ImportAsync(ImportOptions options) => new ImportRun(options, TimeProvider.System).RunAsync(CancellationToken.None);

    private string Write(string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllLines(path, lines);

        return path;
    }
}
