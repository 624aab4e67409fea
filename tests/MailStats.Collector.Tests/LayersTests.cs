using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MailStats.Collector.Formats;
using MailStats.Collector.Joining;

namespace MailStats.Collector.Tests;

/// <summary>Every sample in everything that carries logs about, one or two of them around each other: the same events.</summary>
public sealed class LayersTests
{
    private const string Later = "2026-11-19T23:59:58.123456789Z";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, Func<string, string>> Layers = new()
    {
        ["Docker json-file"] = line => JsonSerializer.Serialize(new { log = line + "\n", stream = "stdout", time = Later }),
        ["Kubernetes CRI"] = line => $"{Later} stdout F {line}",
        ["docker logs -t"] = line => $"{Later} {line}",
        ["docker compose logs"] = line => $"postfix-mailcow-1  | {line}",
        ["docker compose logs, coloured"] = line => $"\e[36mpostfix-mailcow-1  |\e[0m {line}",
        ["docker compose logs, coloured with the blank"] = line => $"\e[36mpostfix-mailcow-1  | \e[0m{line}",
        ["stern"] = line => $"postfix-0 postfix {line}",
        ["stern, coloured"] = line => $"\e[92mmailserver-7d9f4c-x2x1z\e[0m \e[32mmailserver\e[0m {line}",
        ["stern with the namespace"] = line => $"mail postfix-0 postfix {line}",
        ["stern, a new pod"] = line => $"+ postfix-0 › postfix {line}",
        ["kail"] = line => $"post/postfix-0[postfix]: {line}",
        ["Docker Swarm"] = line => $"mail_postfix.1.x7k2p9@node-1    | {line}",
        ["supervisord"] = line => $"postfix stdout | {line}",
        ["grep -H"] = line => $"/var/log/mail.log.1:{line}",
        ["indented"] = line => $"    {line}",
        ["Fluentd's file"] = line => $"{Later}\tmail.info\t{JsonSerializer.Serialize(new { message = line })}",
        ["Fluent Bit's output"] = line => $"[0] mail.0: [1795132798.123456789, {JsonSerializer.Serialize(new { log = line })}]",
        ["Fluent Bit's output since 2.1"] = line => $"[17] mail.0: [[1795132798.123456789, {{}}], {JsonSerializer.Serialize(new { log = line })}]",
        ["Elasticsearch's hits"] = line => JsonSerializer.Serialize(new { _index = "mail", _id = "x", _source = new { message = line } }),
        ["Splunk's results"] = line => JsonSerializer.Serialize(new { preview = false, result = new { _raw = line, _time = Later } }),
        ["CloudWatch"] = line => $"{Later} post/postfix {line}",
        // logcli writes a stamp before them, which is a layer of its own.
        ["Loki's labels"] = line => $"{{app=\"postfix\", pod=\"postfix-0\"}} {line}",
        ["Google Cloud"] = line => JsonSerializer.Serialize(new { textPayload = line, timestamp = Later, resource = new { type = "k8s_container" } }),
        ["kubectl logs --prefix"] = line => $"[pod/postfix-0/postfix] {line}",
        ["Filebeat"] = line => JsonSerializer.Serialize(
            new Dictionary<string, object> { ["@timestamp"] = Later, ["message"] = line, ["host"] = new { name = "shipper" }, ["log"] = new { offset = 7 } }),
        ["Fluent Bit"] = line => JsonSerializer.Serialize(new { date = 1795132798.5, log = line, kubernetes = new { pod_name = "postfix-0" } }),
        ["Loki"] = line => JsonSerializer.Serialize(new { labels = new { job = "mail" }, line, timestamp = Later }),
        ["journald, as JSON"] = line => JsonSerializer.Serialize(
            new { __REALTIME_TIMESTAMP = "1795132798123456", _HOSTNAME = "vm7", SYSLOG_IDENTIFIER = "docker", _PID = "32360", MESSAGE = line }),
        ["journald, as JSON without needless escapes"] = line => JsonSerializer.Serialize(
            new { __REALTIME_TIMESTAMP = "1795132798123456", _HOSTNAME = "vm7", SYSLOG_IDENTIFIER = "docker", _PID = "32360", MESSAGE = line }, Relaxed),
        ["journald, as bytes"] = line => JsonSerializer.Serialize(
            new
            {
                __REALTIME_TIMESTAMP = "1795132798123456",
                _HOSTNAME = "vm7",
                SYSLOG_IDENTIFIER = "docker",
                MESSAGE = Encoding.UTF8.GetBytes(line).Select(value => (int)value),
            }),
        ["journald, as text"] = line => $"Nov 19 23:59:58 vm7 docker[32360]: {line}",
        ["journalctl -o short-precise"] = line => $"Nov 19 23:59:58.123456 vm7 docker[32360]: {line}",
        ["journalctl -o short-iso"] = line => $"2026-11-19T23:59:58+0000 vm7 docker[32360]: {line}",
        ["journalctl -o short-full"] = line => $"Thu 2026-11-19 23:59:58 UTC vm7 docker[32360]: {line}",
        ["journalctl -o short-unix"] = line => $"1795132798.123456 vm7 docker[32360]: {line}",
        ["a syslog with RFC 5424"] = line => $"<30>1 {Later} vm7 docker 32360 - - {line}",
    };

    public static TheoryData<string, string> All { get; } = Make();

    public static TheoryData<string> Formats { get; } = [.. LogFormats.Names.Where(name => File.Exists(Samples.PathOf($"{name}.log")))];

    [Theory]
    [MemberData(nameof(All))]
    public void In_one_or_two_layers_a_log_tells_the_same(string format, string outer)
    {
        var plain = Samples.Lines($"{format}.log").ConvertAll(line => Encoding.UTF8.GetString(line).TrimEnd('\r'));
        var told = Told(format, plain);
        Assert.NotEmpty(told);

        Assert.Equal(told, Told(format, plain.Select(Layers[outer])));

        foreach (var (name, inner) in Layers)
        {
            var wrapped = plain.Select(line => Layers[outer](inner(line))).ToList();

            Assert.Equal((name, string.Join('\n', told)), (name, string.Join('\n', Told(format, wrapped))));
            Assert.Equal((name, format), (name, LogFormats.Guess([.. wrapped.Select(Encoding.UTF8.GetBytes)], Samples.Now)));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void In_three_or_four_layers_of_any_kind_a_log_tells_the_same(string format)
    {
        var plain = Samples.Lines($"{format}.log").ConvertAll(line => Encoding.UTF8.GetString(line).TrimEnd('\r'));
        var told = string.Join('\n', Told(format, plain));
        var random = new Random(20261129);
        for (var round = 0; round < 40; round++)
        {
            var count = random.Next(3, LayeredFormat.MaximumLayers + 1);
            var names = Enumerable.Range(0, count).Select(_ => Layers.Keys.ElementAt(random.Next(Layers.Count))).ToList();
            var wrapped = plain.Select(line => names.Aggregate(line, (inner, name) => Layers[name](inner)));

            Assert.Equal((string.Join(" in ", names), told), (string.Join(" in ", names), string.Join('\n', Told(format, wrapped))));
        }
    }

    [Theory]
    [InlineData("""{"log":"LINE\n","stream":"stderr","time":"2026-11-19T23:59:59.123456789Z"}""", true)]
    [InlineData("""{"log":"LINE\n","stream":"stdout","attrs":{"tag":"mail","n":{"log":"x"}},"time":"2026-11-19T23:59:59.123456789Z"}""", true)]
    [InlineData("""{ "stream":"stdout", "log" : "LINE\n", "time":"2026-11-19T23:59:59.123456789Z"}""", true)]
    [InlineData("""{"log":"LINE\n","stream":"stdout","time":"2026-11-19T23:59:59.123456789Z","host":"vm7"}""", true)]
    [InlineData("""{"log":"other\n","log":"LINE\n","stream":"stdout","time":"2026-11-19T23:59:59.123456789Z"}""", true)]
    [InlineData("""{"log":"LINE\n","stream":"stdout","time":1795132799.5}""", true)]
    [InlineData("""{"log":"LINE\n"}""", true)]
    [InlineData("""{"log":"LINE\ud800","stream":"stdout","time":"2026-11-19T23:59:59.123456789Z"}""", false)]
    [InlineData("""{"log":"LINE\n","stream":"stdout","time":"2026-11-19T23:59""", false)]
    public void A_container_s_record_is_read_whatever_fields_it_has(string record, bool read)
    {
        var reader = Samples.Reader("postfix");
        string[] plain =
        [
            "Mar  3 08:00:00 mx1 postfix/smtpd[1]: 4A1B2C3D4E: client=web.shop.example[192.0.2.10]",
            "Mar  3 08:00:00 mx1 postfix/qmgr[2]: 4A1B2C3D4E: from=<a@shop.example>, size=9, nrcpt=1 (queue active)",
        ];
        Array.ForEach(plain, line => reader.Read(Encoding.UTF8.GetBytes(line)));
        var sent = "Mar  3 08:00:01 mx1 postfix/smtp[3]: 4A1B2C3D4E: to=<b@example.net>, relay=mx[192.0.2.1]:25, delay=1, " +
            "dsn=2.0.0, status=sent (250 \\u003cB\\u003e ü)";

        reader.Read(Encoding.UTF8.GetBytes(record.Replace("LINE", sent, StringComparison.Ordinal)));

        Assert.Equal(read ? ["250 <B> ü"] : [], reader.Messages.Events().Select(item => item.Reply));
    }

    [Theory]
    [InlineData("docker", "2026-11-19T23:59:59.1234560+00:00")]
    [InlineData("", null)]
    public void A_container_s_line_without_a_time_has_its_record_s(string tag, string? at)
    {
        var reader = Samples.Reader("postfix");
        var line = $"postfix/smtpd[1]: NOQUEUE: reject: RCPT from h[192.0.2.1]: 550 no; from=<a@b.example> to=<x@example.com> proto=ESMTP helo=<{tag}>";
        var time = at is null ? "" : ",\"time\":\"2026-11-19T23:59:59.123456Z\"";
        reader.Read(Encoding.UTF8.GetBytes("{\"log\":\"" + line + "\\n\",\"stream\":\"stdout\"" + time + "}"));

        var item = reader.Messages.Events().SingleOrDefault();
        Assert.Equal(at, item?.OccurredAt?.ToString("o", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Each_layer_is_counted_by_name()
    {
        var reader = (LayeredFormat)Samples.Reader("postfix");
        foreach (var line in Samples.Lines("postfix.log"))
        {
            reader.Read(Encoding.UTF8.GetBytes(Layers["Kubernetes CRI"](Layers["Filebeat"](Encoding.UTF8.GetString(line)))));
        }

        Assert.Equal([("JSON around each line", 30L), ("Kubernetes CRI", 30L)], reader.Layers.Select(entry => (entry.Key, entry.Value)).Order());
    }

    [Theory]
    [InlineData("dovecot: imap-login: Login: user=<ann@shop.example>, method=PLAIN, rip=192.0.2.9, lip=198.51.100.7, TLS, session=<dKj3xZ8A>", false)]
    [InlineData("systemd[1]: Started Session 4 of user ann.", false)]
    [InlineData("relay1 opendkim[433]: 1A2B3C4D5E: DKIM-Signature field added (s=mail, d=shop.example)", false)]
    [InlineData("docker[9]: postfix/smtp[99]: 4XyZ: to=<ann@example.net>", true)]
    [InlineData("docker[9]: Mar  3 08:00:02 mx postfix/smtp[99]: 4XyZ: to=<ann@example.net>", true)]
    [InlineData("docker[9]: mail-1 | 1772524800.123456 mx postfix/smtp[99]: 4XyZ: to=<ann@example.net>", true)]
    [InlineData("docker[9]: <22>postfix/smtp[99]: 4XyZ: to=<ann@example.net>", true)]
    [InlineData("docker[9]: {\"log\":\"postfix/smtp[99]: 4XyZ: to=<ann@example.net>\"}", true)]
    [InlineData("docker[9]: [0] mail.0: [1795132798.1, [\"log\"]]", true)]
    public void A_line_of_another_program_is_looked_into_only_where_something_may_be_in_it(string text, bool looked)
    {
        var lines = new InnerLine(Samples.Reader("postfix"));

        Assert.Equal(looked, lines.MayHoldAnother(Encoding.UTF8.GetBytes("Mar  3 08:00:02 relay1 " + text)));
        Assert.Equal(looked, lines.MayHoldAnother(Encoding.UTF8.GetBytes("2026-03-03T08:00:02.123456+01:00 relay1 " + text)));
    }

    [Theory]
    [InlineData("postfix", "relay1 systemd[1]: Started cron.service: /usr/sbin/cron, PATH=/bin:/sbin", false)]
    [InlineData("postfix", "relay1 rspamd[9]: <1a2b3c>; task; rspamd_task_write_log: id: <a@shop.example>, qid: <4XyZ>, {\"a\":1}", false)]
    [InlineData("postfix", "relay1 docker[9]: mx rspamd[9]: <1a2b3c>; task; rspamd_task_write_log: id: <a@shop.example>", true)]
    [InlineData("postfix", "2026-03-03T08:00:01.5Z rspamd[9]: <1a2b3c>; task; rspamd_task_write_log: id: <a@shop.example>", true)]
    [InlineData("postfix", "relay1 docker[9]: out/smtp[99]: 4XyZ: to=<ann@example.net>", true)]
    [InlineData("postfix", "relay1 docker[9]: out/smtpx[99]: 4XyZ: to=<ann@example.net>", false)]
    [InlineData("postfix", "relay1 docker[9]: {\"log\":\"out\\u002fsmtp[99]: 4XyZ: to=<ann@example.net>\"}", true)]
    [InlineData("postfix", "relay1 docker[9]: {\"MESSAGE\": [ 112,111,115,116,102,105,120]}", true)]
    [InlineData("opensmtpd", "relay1 docker[9]: smtpd[9]: info: OpenSMTPD 7.5 starting", true)]
    [InlineData("opensmtpd", "relay1 cron[9]: (root) CMD: run-parts", false)]
    [InlineData("sendmail", "relay1 docker[9]: sm-mta[9]: starting daemon", true)]
    [InlineData("sendmail", "relay1 cron[9]: (root) CMD: run-parts", false)]
    public void A_line_of_another_program_is_not_looked_into_where_it_names_nothing_that_is_read(string format, string text, bool looked)
    {
        var reader = ((LayeredFormat)Samples.Reader(format)).Inner;

        Assert.Equal(LineOutcome.OtherProgram, reader.Read(Encoding.UTF8.GetBytes("Mar  3 08:00:02 " + text)));
        Assert.Equal(looked, reader.MayHoldLines);
    }

    [Fact]
    public void Lines_that_share_a_second_keep_their_fractions_and_zones()
    {
        var second = new SharedSecond();

        Assert.All(
            new[] { "08:00:02.123456+01:00", "08:00:02.9Z", "08:00:02+0200", "08:00:02", "08:00:60.5Z", "08:00:60Z", "08:00:03,25-03:00" },
            time =>
            {
                var line = Encoding.UTF8.GetBytes($"2026-03-03T{time} relay1 postfix/qmgr[9]: x");
                Assert.True(Stamps.TryReadIso(line, out var local, out var offset, out var length));
                Assert.True(second.TryReadIso(line, out var shared, out var zone, out var read));
                Assert.Equal((local, offset, length), (shared, zone, read));
            });
        Assert.False(second.TryReadIso("2026-03-03T08:00:x3"u8, out _, out _, out _));
        Assert.False(new SharedSecond().TryReadIso(new byte[24], out _, out _, out _));
    }

    [Fact]
    public void A_plain_log_has_no_layer()
    {
        var reader = (LayeredFormat)Samples.Reader("postfix");
        Samples.Lines("postfix.log").ForEach(line => reader.Read(line));
        reader.Read("Mar  3 08:00:02 relay1 dovecot: imap-login: Login: user=<ann>"u8);

        Assert.Empty(reader.Layers);
    }

    [Fact]
    public void More_layers_than_are_looked_for_are_no_line_of_the_format()
    {
        var line = Encoding.UTF8.GetString(Samples.Lines("postfix.log")[7]);
        for (var layer = 0; layer < LayeredFormat.MaximumLayers; layer++)
        {
            line = Layers["docker logs -t"](line);
        }

        Assert.True(Samples.Reader("postfix").Read(Encoding.UTF8.GetBytes(line)) < LineOutcome.NotThisFormat);
        Assert.Equal(LineOutcome.NotThisFormat, Samples.Reader("postfix").Read(Encoding.UTF8.GetBytes(Layers["docker logs -t"](line))));
    }

    [Theory]
    [InlineData("Kubernetes")]
    [InlineData("Docker")]
    public void A_long_line_that_the_runtime_cut_is_one_again(string runtime)
    {
        var lines = Samples.Lines("postfix.log").ConvertAll(Encoding.UTF8.GetString);
        lines[9] = lines[9].Replace("No such user", "No such user " + new string('x', 20_000), StringComparison.Ordinal);
        const int Cut = 16 * 1024;
        var pieces = lines
            .SelectMany(line => line.Chunk(Cut).Select((piece, index) => (piece: new string(piece), Last: (index + 1) * Cut >= line.Length)))
            .Select(entry => runtime == "Docker"
                ? JsonSerializer.Serialize(new { log = entry.piece + (entry.Last ? "\n" : ""), stream = "stdout", time = Later })
                : $"{Later} stdout {(entry.Last ? 'F' : 'P')} {entry.piece}");

        Assert.Equal(Told("postfix", lines), Told("postfix", pieces));
    }

    [Fact]
    public void Other_programs_in_the_same_wrapping_are_told_apart()
    {
        var reader = Samples.Reader("postfix");

        Assert.Equal(LineOutcome.OtherProgram, reader.Read(Encoding.UTF8.GetBytes(Layers["Docker json-file"]("Mar  3 08:00:02 mx dovecot: imap-login: " +
            "Login"))));
        Assert.Equal(LineOutcome.Empty, reader.Read(Encoding.UTF8.GetBytes(Layers["Docker json-file"](""))));
        Assert.Equal(LineOutcome.NotThisFormat, reader.Read(Encoding.UTF8.GetBytes(Layers["docker compose logs"]("a banner of the image"))));
        Assert.Equal(LineOutcome.NotThisFormat, reader.Read("{\"level\":\"info\",\"message\":\"no time, no program\"}"u8));
    }

    [Fact]
    public void A_line_that_takes_a_regular_expression_too_long_is_broken_and_the_next_is_read()
    {
        var reader = new LayeredFormat(new SlowFormat());

        Assert.Equal([LineOutcome.Broken, LineOutcome.Used], [reader.Read("slow"u8), reader.Read("any other"u8)]);
    }

    private static List<string> Told(string format, IEnumerable<string> lines) =>
        [.. Samples.Read(format, [.. lines]).Select(item => item.ToString()).Distinct().Order(StringComparer.Ordinal)];

    private static TheoryData<string, string> Make()
    {
        var all = new TheoryData<string, string>();
        foreach (var format in LogFormats.Names.Where(name => File.Exists(Samples.PathOf($"{name}.log"))))
        {
            foreach (var layer in Layers.Keys)
            {
                all.Add(format, layer);
            }
        }

        return all;
    }

    private sealed class SlowFormat : ILogFormat
    {
        public string Name => "slow";

        public MessageTable Messages { get; } = new("slow");

        public LineOutcome Read(ReadOnlySpan<byte> line) => line.SequenceEqual("slow"u8) ? throw new RegexMatchTimeoutException() : LineOutcome.Used;

        public long StampOf(ReadOnlySpan<byte> line) => 0;
    }
}
