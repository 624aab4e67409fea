using System.Text;
using MailStats.Collector.Formats;
using MailStats.Collector.Import;
using MailStats.Contracts;

namespace MailStats.Collector.Tests;

public sealed class MappingTests
{
    private const string Smallest = """
        fields: { occurredAt: t, event: e, recipient: r, sender: s, queueId: q }
        events: { delivered: [d] }
        """;

    [Fact]
    public void A_table_is_read_as_its_mapping_says()
    {
        var (events, problems) = Read("mapping/shop.yaml", "mapping/shop.csv", "Europe/Berlin");

        Assert.Equal(
            [("delivered", "ann@example.net"), ("delivered", "amy@example.net"), ("deferred", "bob@example.org"), ("bounced", "bob@example.org")],
            events.Select(item => (item.Event!, item.Recipient!)));
        Assert.Equal(["shopmail-mailer.shop.example-4711"], events.Select(item => item.MessageKey).Distinct());
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 7, 0, 2, TimeSpan.Zero), events[0].OccurredAt);
        Assert.Equal(
            ("250 2.0.0 Ok; queued", 250, "2.0.0", "zugestellt"),
            (events[0].Reply, events[0].ReplyCode, events[0].EnhancedCode, events[0].SourceVerdict));
        Assert.Equal(("shopmail", "4711", "mailer.shop.example", "schnell"), (events[0].Source, events[0].QueueId, events[0].Host, events[0].Pool));
        Assert.Equal(
            [(6, "occurredAt: '03.03.2026 gestern' is no time of the form dd.MM.yyyy HH:mm:ss"), (7, "event: 'verschollen' is not among the mapping's events")],
            problems);
    }

    [Fact]
    public void Json_objects_are_read_by_their_paths()
    {
        var (events, problems) = Read("mapping/app.yaml", "mapping/app.jsonl");

        Assert.Equal(
            [("accepted", "ann@example.net"), ("accepted", "gone@example.org"), ("delivered", "ann@example.net"), ("bounced", "gone@example.org")],
            events.Select(item => (item.Event!, item.Recipient!)));
        Assert.Equal(["a.1@shop.example"], events.Select(item => item.MessageKey).Distinct());
        Assert.Equal(("Grüße", 2048L, "Shop <news@shop.example>"), (events[0].Subject, events[0].Bytes, events[0].From));
        Assert.Null(events[0].Sender);
        var sent = events[2];
        Assert.Equal(
            (250, "2.0.0", "mx.example.net", "192.0.2.25", "TLSv1.3"),
            (sent.ReplyCode, sent.EnhancedCode, sent.RemoteHost, sent.OutgoingIp, sent.TlsVersion));
        Assert.Equal(["spring", "vip", "de"], sent.Tags);
        Assert.Equal(new DateTimeOffset(2026, 3, 3, 8, 0, 0, 250, TimeSpan.Zero), sent.AcceptedAt);
        Assert.Equal([(4, "messageId: is empty: nothing names the message")], problems);
    }

    [Fact]
    public void Columns_may_be_named_by_the_mapping()
    {
        var (events, problems) = Read("mapping/xmail.yaml", "mapping/xmail.log");

        var sent = Assert.Single(events);
        Assert.Equal(("ann@example.net", "news@shop.example", "S1A2B", "xmail"), (sent.Recipient, sent.Sender, sent.QueueId, sent.Source));
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("mapping/shop.yaml")]
    [InlineData("mapping/app.yaml")]
    [InlineData("mapping/xmail.yaml")]
    public void The_document_s_examples_are_these(string sample)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "MailStats.sln")))
        {
            folder = folder.Parent;
        }

        Assert.Contains(
            File.ReadAllText(Samples.PathOf(sample)), File.ReadAllText(Path.Combine(folder.FullName, "docs/collector.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_comes_again_with_the_next_file_and_may_have_another_order()
    {
        var reader = Reader(Smallest);
        var outcomes = Feed(
            reader,
            "t,e,r,s,q", "2026-03-03T08:00:02Z,d,ann@example.net,a@shop.example,1",
            "q,s,r,e,t", "2,a@shop.example,bob@example.org,d,2026-03-03 08:00:03Z");

        Assert.Equal([LineOutcome.NoDelivery, LineOutcome.Used, LineOutcome.NoDelivery, LineOutcome.Used], outcomes);
        Assert.Equal(["ann@example.net", "bob@example.org"], reader.Messages.Events().Select(item => item.Recipient));
    }

    [Fact]
    public void A_log_without_the_columns_says_which_is_missing()
    {
        var reader = Reader(Smallest);

        Assert.Equal([LineOutcome.NotThisFormat], Feed(reader, "t,e,r,s"));
        Assert.Equal("this line should name the columns, and names no 'q'", reader.Problem);
    }

    [Theory]
    [InlineData("unix", "1772524802.5", 1772524802.5)]
    [InlineData("unix-ms", "1772524802500", 1772524802.5)]
    [InlineData("iso", "2026-03-03T09:00:02.5+01:00", 1772524802.5)]
    [InlineData("iso", "2026-03-03 08:00:02", 1772524802.0)]
    [InlineData("ddd MMM d HH:mm:ss yyyy", "Tue Mar 3 08:00:02 2026", 1772524802.0)]
    [InlineData("yyyy-MM-dd HH:mm:ss.fff zzz", "2026-03-03 09:00:02.500 +01:00", 1772524802.5)]
    [InlineData("unix", "soon", 0.0)]
    [InlineData("unix", "99999999999999", 0.0)]
    [InlineData("iso", "2026-03-03 08:00:02 and more", 0.0)]
    public void Times_are_read_in_the_mapping_s_form(string form, string text, double seconds)
    {
        Assert.True(MappedTime.TryCreate(form, out var time));
        var ticks = time.Read(text, new LogClock(TimeZoneInfo.Utc, Samples.Now));

        Assert.Equal(seconds, ticks == 0 ? 0 : (ticks - DateTime.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerSecond);
    }

    [Theory]
    [InlineData("HH:mm:ss")]
    [InlineData("dd.MM. HH:mm")]
    [InlineData("whenever")]
    [InlineData("%")]
    [InlineData("d")]
    public void A_form_that_leaves_part_of_the_time_out_is_refused(string form) => Assert.False(MappedTime.TryCreate(form, out _));

    [Fact]
    public void Every_mistake_of_a_mapping_is_named_with_its_line_at_once()
    {
        Assert.Null(MappingFile.Read(
            "map.yaml",
            """
            seperator: ";"
            columns: [t, e]
            time: HH:mm
            fields:
              occurredAt: when
              reciever: r
              event: e
            fixed:
              recipient: a@b.example
            events:
              sent: [ok]
              delivered: [done, "do*ne", DONE]
            """,
            out var problems));

        Assert.Equal(
            [
                "map.yaml:1: seperator: is no setting; settings are name, lines, separator, columns, comment, time, recipients, fields, fixed, events",
                "map.yaml:3: time: 'HH:mm' is neither iso, unix, unix-ms nor a pattern with year, month, day, hour and minute, such as dd.MM.yyyy HH:mm:ss",
                "map.yaml:5: fields.occurredAt: 'when' is not among the columns",
                "map.yaml:6: fields.reciever: is no field of an event; fields are " + string.Join(", ", MappedFields.All),
                "map.yaml:9: fixed.recipient: is not the same for every line; name its column under fields",
                "map.yaml:11: events.sent: is no event; events are accepted, deferred, delivered, bounced, expired, rejected, complained, ignore",
                "map.yaml:12: events.delivered: 'do*ne' has an asterisk that is not at its end",
                "map.yaml:12: events.delivered: 'DONE' stands for another event already",
                "map.yaml:4: fields.sender or fields.from: is required",
                "map.yaml:4: fields.messageKey or fields.messageId or fields.queueId: is required",
            ],
            problems);
    }

    [Theory]
    [InlineData("", "map.yaml:1: keys such as fields: and events: are required")]
    [InlineData("- a", "map.yaml:1: keys such as fields: and events: are required")]
    [InlineData("fields:\n  event: a\n  event: b", "map.yaml:3: fields.event: is there already, in line 2")]
    [InlineData("fields:\n  event:\n    deep: er", "map.yaml:3: fields.event: a text or a list of texts is required here")]
    [InlineData("fields: &a\n  event: *a", "map.yaml:2: fields.event: a text or a list of texts is required here")]
    public void A_file_that_is_no_mapping_is_told_where(string text, string problem)
    {
        Assert.Null(MappingFile.Read("map.yaml", text, out var problems));
        Assert.Equal(problem, Assert.Single(problems));
    }

    [Fact]
    public void Broken_yaml_is_told_with_its_line()
    {
        Assert.Null(MappingFile.Read("map.yaml", "fields:\n  event: [a, b\n", out var problems));
        Assert.StartsWith("map.yaml:", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_one_byte_too_long_is_refused()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Smallest + "\n#" + new string('x', MappingFile.MaximumLength - Smallest.Length - 2));
            Assert.NotNull(MappingFile.Load(path, out _));
            File.AppendAllText(path, "x");
            Assert.Null(MappingFile.Load(path, out var problems));
            Assert.Contains("a mapping has at most", Assert.Single(problems), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Trying_shows_the_first_ten_deliveries_with_their_fields_and_what_is_wrong()
    {
        var log = Path.GetTempFileName();
        try
        {
            var lines = Enumerable.Range(1, 20).Select(n => $"2026-03-03 08:00:02Z,d,r{n}@example.net,a@shop.example,1");
            File.WriteAllLines(log, ["t,e,r,s,q", "now,d,x@example.net,a@shop.example,0", .. lines]);
            var output = new StringWriter();
            var mapping = MappingFile.Read("map.yaml", Smallest, out _);
            var code = new TryRun(
                [log], LogFormats.Mapped, name => LogFormats.Create(name, new LogClock(TimeZoneInfo.Utc, Samples.Now), mapping: mapping),
                TimeProvider.System, output).Run();

            var shown = output.ToString().Split(Environment.NewLine);
            Assert.Equal(0, code);
            Assert.Equal([.. Enumerable.Range(1, 10).Select(n => $"r{n}@example.net")], shown.Where(line => line.StartsWith('r')));
            Assert.Contains("    occurredAt     2026-03-03T08:00:02+00:00", shown);
            Assert.Contains($"{log}:2: occurredAt: 'now' is no time of the form iso", shown);
            Assert.Contains("13 lines read, 10 deliveries shown, nothing sent", shown);
        }
        finally
        {
            File.Delete(log);
        }
    }

    [Fact]
    public void Any_bytes_and_every_piece_of_a_line_can_be_read()
    {
        foreach (var (map, log) in (((string, string)[])[("mapping/shop.yaml", "mapping/shop.csv"), ("mapping/app.yaml", "mapping/app.jsonl")]))
        {
            var reader = Reader(File.ReadAllText(Samples.PathOf(map)));
            foreach (var line in Samples.Lines(log))
            {
                for (var cut = 0; cut <= line.Length; cut++)
                {
                    reader.Read(line.AsSpan(0, cut));
                    reader.Read(line.AsSpan(cut));
                }
            }
        }
    }

    private static (List<SubmittedEvent> Events, List<(int Line, string Problem)> Problems) Read(string map, string log, string zone = "UTC")
    {
        var reader = Reader(File.ReadAllText(Samples.PathOf(map)), zone);
        var problems = new List<(int, string)>();
        foreach (var (index, line) in Samples.Lines(log).Index())
        {
            if (reader.Read(line) >= LineOutcome.NotThisFormat)
            {
                problems.Add((index + 1, reader.Problem!));
            }
        }

        return (reader.Messages.Events(), problems);
    }

    private static LayeredFormat Reader(string map, string zone = "UTC")
    {
        var mapping = MappingFile.Read("map.yaml", map, out var problems);
        Assert.Empty(problems);

        return LogFormats.Create(LogFormats.Mapped, new LogClock(TimeZoneInfo.FindSystemTimeZoneById(zone), Samples.Now), mapping: mapping);
    }

    private static List<LineOutcome> Feed(LayeredFormat reader, params string[] lines) => [.. lines.Select(line => reader.Read(Encoding.UTF8.GetBytes(line)))];
}
