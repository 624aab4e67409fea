using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MailStats.Contracts;

namespace MailStats.Collector.Tests;

/// <summary>The same mail in the other forms that syslogs, selectors and configurations give a log: it must tell the same.</summary>
public sealed partial class DisguiseTests
{
    public static TheoryData<string> PostfixForms { get; } =
    [
        "space-padded days", "RFC 3339", "RFC 3339 with another offset", "priority", "RFC 5424", "journal", "instance", "line ends of Windows",
        "long queue ids", "other programs between", "each line twice",
        "Solaris", "FreeBSD", "FreeBSD in numbers", "short-precise", "short-full", "short-full in a nameless zone", "short-unix", "German", "French", "Russian",
        "Japanese", "no host", "level for a host", "no host, RFC 3339", "container in a syslog", "container in a syslog, RFC 5424", "CRI without a second time",
        "mailcow's API", "rsyslog JSON", "Filebeat", "Filebeat's syslog module", "Fluent Bit", "journald driver", "Graylog",
        "BusyBox", "OpenWrt", "RFC 5424 with rsyslog's blank", "RFC 5424 with a bracket in its data", "a length before each line",
        "rsyslog's program name", "rsyslog's program name in JSON", "bokysan's JSON", "bokysan's plain lines", "syslog-ng JSON",
        "Fluentd's file", "Fluentd's output", "json-seq", "json-sse", "export", "verbose", "json-pretty", "with-unit",
    ];

    public static TheoryData<string> EximForms { get; } =
        ["milliseconds", "pid", "zone", "syslog", "ports", "newer ids", "line ends of Windows", "each line twice"];

    [Theory]
    [MemberData(nameof(PostfixForms))]
    public void Postfix_in_any_form_tells_the_same(string form) => AssertSame("postfix", "postfix.log", line => form switch
    {
        "space-padded days" => [line],
        "RFC 3339" => [Stamp().Replace(line, stamp => Time(stamp).ToString("yyyy-MM-dd'T'HH:mm:ss.000000'+00:00'", CultureInfo.InvariantCulture))],
        "RFC 3339 with another offset" => [Stamp().Replace(
            line, stamp => Time(stamp).AddMinutes(345).ToString("yyyy-MM-dd'T'HH:mm:ss'+05:45'", CultureInfo.InvariantCulture))],
        "priority" => ["<22>" + line],
        "RFC 5424" => [Parts().Replace(
            line,
            parts =>
                $"<22>1 {Time(parts):yyyy-MM-dd'T'HH:mm:ss}Z {parts.Groups["host"].Value} " +
                $"{parts.Groups["program"].Value} 99 - - {parts.Groups["message"].Value}")],
        "journal" => [Journal(Parts().Match(line))],
        "instance" => [line.Replace(" postfix/", " postfix-out/", StringComparison.Ordinal)],
        "line ends of Windows" => [line + "\r"],
        "Solaris" => [Parts().Replace(line, "${stamp} ${host} ${program}[99]: [ID 197553 mail.info] ${message}")],
        "FreeBSD" => [Parts().Replace(line, "${stamp} <mail.info> ${host} ${program}[99]: ${message}")],
        "FreeBSD in numbers" => [Parts().Replace(line, "${stamp} <2.6> ${host} ${program}[99]: ${message}")],
        "short-precise" => [Parts().Replace(line, "${stamp}.000000 ${host} ${program}[99]: ${message}")],
        "short-full" => [Stamp().Replace(line, stamp => $"Tue {Time(stamp):yyyy-MM-dd HH:mm:ss} UTC")],
        "short-full in a nameless zone" => [Stamp().Replace(line, stamp => $"mar. {Time(stamp).AddHours(-3):yyyy-MM-dd HH:mm:ss} -03")],
        "short-unix" => [Stamp().Replace(line, stamp => $"{(Time(stamp) - DateTime.UnixEpoch).TotalSeconds:0}.000000")],
        "German" => [line.Replace("Mar ", "Mär ", StringComparison.Ordinal)],
        "French" => [line.Replace("Mar  ", "mars 0", StringComparison.Ordinal)],
        "Russian" => [line.Replace("Mar ", "мар ", StringComparison.Ordinal)],
        "Japanese" => [line.Replace("Mar ", " 3月 ", StringComparison.Ordinal)],
        "no host" => [Parts().Replace(line, "${stamp} ${program}[99]: ${message}")],
        "level for a host" => [Iso(line, "INFO    ")],
        "no host, RFC 3339" => [Iso(line, "")],
        "container in a syslog" => [Parts().Replace(line, "${stamp} vm7 mail-1[4711]: ${program}[99]: ${message}")],
        "container in a syslog, RFC 5424" => [Parts().Replace(
            line, parts => $"<30>1 {Time(parts):s}Z vm7 mail-1 4711 - - {parts.Groups["program"]}[99]: {parts.Groups["message"]}")],
        "CRI without a second time" => [Parts().Replace(
            line, parts => $"{Time(parts):s}.000000000Z stdout F {parts.Groups["program"]}[99]: {parts.Groups["message"]}")],
        "mailcow's API" => [Json(line, parts => new
        {
            time = Unix(parts), program = parts.Groups["program"].Value, priority = "info", message = parts.Groups["message"].Value,
        })],
        "rsyslog JSON" => [Json(line, parts => new
        {
            msg = " " + parts.Groups["message"].Value, timereported = $"{Time(parts):s}+00:00", hostname = parts.Groups["host"].Value, programname = "postfix",
            syslogtag = parts.Groups["program"].Value + "[99]:", procid = "99",
        })],
        "Filebeat" => [Json(line, _ => new Dictionary<string, object>
        {
            ["@timestamp"] = "2026-11-20T00:00:00.000Z", ["host"] = new { name = "shipper" }, ["log"] = new { offset = 1 }, ["message"] = line,
        })],
        "Filebeat's syslog module" => [Json(line, parts => new Dictionary<string, object>
        {
            ["@timestamp"] = $"{Time(parts):s}.000Z", ["host"] = new { hostname = "relay1" },
            ["process"] = new { name = parts.Groups["program"].Value, pid = 99 }, ["message"] = parts.Groups["message"].Value,
        })],
        "Fluent Bit" => [Json(line, parts => new
        {
            date = (Time(parts) - DateTime.UnixEpoch).TotalSeconds, pri = "22", time = parts.Groups["stamp"].Value, host = parts.Groups["host"].Value,
            ident = parts.Groups["program"].Value, pid = "99", message = parts.Groups["message"].Value,
        })],
        "journald driver" => [Json(line, parts => new
        {
            __REALTIME_TIMESTAMP = Unix(parts) + "000000", _HOSTNAME = "vm7", SYSLOG_IDENTIFIER = "f2a1c5d7e9b0", CONTAINER_NAME = "mail",
            MESSAGE = $"{parts.Groups["program"]}[99]: {parts.Groups["message"]}",
        })],
        "Graylog" => [Json(line, parts => new
        {
            version = "1.1", host = "relay1", timestamp = (Time(parts) - DateTime.UnixEpoch).TotalSeconds, level = 6,
            _application_name = parts.Groups["program"].Value, short_message = parts.Groups["message"].Value,
        })],
        "BusyBox" => [Parts().Replace(line, "${stamp} ${host} mail.info ${program}[99]: ${message}")],
        "OpenWrt" => [Parts().Replace(line, parts => $"Tue {parts.Groups["stamp"]} 2026 mail.info {parts.Groups["program"]}[99]: {parts.Groups["message"]}")],
        "RFC 5424 with rsyslog's blank" => [Structured(line, "-", " ")],
        "RFC 5424 with a bracket in its data" => [Structured(line, "[meta sequenceId=\"1\"][x@1 text=\"a\\] \\\"b] c\"]", "")],
        "a length before each line" => [$"{Structured(line, "-", "").Length} {Structured(line, "-", "")}"],
        "rsyslog's program name" => [Structured(line, "-", " ").Replace(Parts().Match(line).Groups["program"].Value, "postfix", StringComparison.Ordinal)],
        "rsyslog's program name in JSON" => [Json(line, parts => new
        {
            timestamp = $"{Time(parts):s}+00:00", host = parts.Groups["host"].Value, program = "postfix", pid = "99",
            message = " " + parts.Groups["message"].Value,
        })],
        "bokysan's JSON" => [Json(line, parts => new Dictionary<string, string>
        {
            ["@timestamp"] = $"{Time(parts):s}.123456+00:00", ["type"] = "syslog_json", ["tag"] = parts.Groups["program"].Value + "[99]:",
            ["relayhost"] = "relay1", ["hostname"] = parts.Groups["host"].Value, ["program"] = "postfix", ["severity_label"] = "info",
            ["message"] = " " + parts.Groups["message"].Value, ["end_msg"] = "",
        }).Replace(".123456", "", StringComparison.Ordinal)],
        "bokysan's plain lines" => [Iso(line, "INFO    ")],
        "syslog-ng JSON" => [Json(line, parts => new
        {
            PROGRAM = parts.Groups["program"].Value, PRIORITY = "info", PID = "99", MESSAGE = parts.Groups["message"].Value, HOST = parts.Groups["host"].Value,
            FACILITY = "mail", DATE = parts.Groups["stamp"].Value,
        })],
        "Fluentd's file" => [Parts().Replace(line, parts => $"{Time(parts):s}+00:00\tmail.info\t" + Json(line, _ => new
        {
            host = parts.Groups["host"].Value, ident = parts.Groups["program"].Value, pid = "99", message = parts.Groups["message"].Value,
        }))],
        "Fluentd's output" => [Parts().Replace(line, parts => $"{Time(parts):yyyy-MM-dd HH:mm:ss}.000000000 +0000 mail.info: " + Json(line, _ => new
        {
            host = parts.Groups["host"].Value, ident = parts.Groups["program"].Value, pid = "99", message = parts.Groups["message"].Value,
        }))],
        "json-seq" => ["\u001e" + Journal(Parts().Match(line))],
        "json-sse" => ["data: " + Journal(Parts().Match(line)), ""],
        "export" => ["__CURSOR=s=1;i=2", .. Fields(Parts().Match(line), "", "="), ""],
        "verbose" =>
        [
            Parts().Replace(line, parts => $"Tue {Time(parts):yyyy-MM-dd HH:mm:ss}.000000 UTC [s=1;i=2]"),
            .. Fields(Parts().Match(line), "    ", "=")[1..],
        ],
        "json-pretty" =>
        [
            "{", "\t\"__CURSOR\" : \"s=1;i=2\",",
            .. Fields(Parts().Match(line), "\t", "=").Select(field => Parted().Replace(field, "$1\"$2\" : ") + Quoted(field)), "\t\"_GID\" : \"0\"", "}",
        ],
        "with-unit" => [Parts().Replace(
            line, parts => $"Tue {Time(parts):yyyy-MM-dd HH:mm:ss} UTC {parts.Groups["host"]} system.slice/postfix@-.service[99]: {parts.Groups["message"]}")],
        "long queue ids" => [line.Replace("4A1B2C3D4E", "3pwK2l2ZqLz1ZmK", StringComparison.Ordinal)],
        "other programs between" =>
            [line, line[..16] + "relay1 dovecot: imap-login: Login: user=<ann>", line[..16] + "relay2 postfix/anvil[7]: statistics: max connection rate 1/60s"],
        _ => [line, line],
    });

    [Theory]
    [MemberData(nameof(EximForms))]
    public void Exim_in_any_form_tells_the_same(string form) => AssertSame("exim", "exim.log", line => form switch
    {
        "milliseconds" => [line.Insert(19, ".000")],
        "pid" => [line.Insert(19, " [4711]")],
        "zone" => [line.Insert(19, " +0000")],
        "syslog" => [$"Mar  {line[9]} {line[11..19]} mx2 exim[99]: {line}"],
        "ports" => [Address().Replace(line, "$0:25")],
        "newer ids" => [EximId().Replace(line, "$1-00000$2-$3zz")],
        "line ends of Windows" => [line + "\r"],
        _ => [line, line],
    });

    private static void AssertSame(string format, string sample, Func<string, string[]> disguise)
    {
        var plain = Samples.Lines(sample).ConvertAll(Encoding.UTF8.GetString);

        Assert.Equal(Told(Samples.Read(format, [.. plain])), Told(Samples.Read(format, [.. plain.SelectMany(disguise).Select(line => line.TrimEnd('\r'))])));
    }

    /// <summary>What is told, whatever ids and hosts the form has; a repetition tells nothing new.</summary>
    private static List<string> Told(IEnumerable<SubmittedEvent> events) =>
    [
        .. events.Select(
            item =>
                $"{item.Event} {item.OccurredAt:O} {item.AcceptedAt:O} {item.Sender} {item.Recipient} {item.ReplyCode} " +
                $"{item.Reply} {item.Subject} {item.Bytes} {item.SpamScore} {item.Local} {item.Attempted}")
            .Distinct().Order(StringComparer.Ordinal),
    ];

    private static DateTime Time(Match match) =>
        DateTime.ParseExact(
            "2026 " + match.Groups["stamp"].Value.Replace("  ", " 0", StringComparison.Ordinal), "yyyy MMM dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Iso(string line, string before) =>
        Parts().Replace(line, parts => $"{Time(parts):s}.000000+00:00 {before}{parts.Groups["program"]}[99]: {parts.Groups["message"]}");

    private static string Structured(string line, string data, string blank) => Parts().Replace(
        line, parts => $"<22>1 {Time(parts):s}+00:00 {parts.Groups["host"]} {parts.Groups["program"]} 99 - {data} {blank}{parts.Groups["message"]}");

    /// <summary>The journal's fields, the time first.</summary>
    private static string[] Fields(Match parts, string before, string between) =>
    [
        $"{before}__REALTIME_TIMESTAMP{between}{Unix(parts)}000000", $"{before}_HOSTNAME{between}{parts.Groups["host"]}", $"{before}PRIORITY{between}6",
        $"{before}SYSLOG_IDENTIFIER{between}{parts.Groups["program"]}", $"{before}MESSAGE{between}{parts.Groups["message"]}", $"{before}_PID{between}99",
    ];

    private static string Quoted(string field) => System.Text.Json.JsonSerializer.Serialize(field[(field.IndexOf('=', StringComparison.Ordinal) + 1)..]) + ",";

    private static string Unix(Match parts) => (Time(parts) - DateTime.UnixEpoch).TotalSeconds.ToString("0", CultureInfo.InvariantCulture);

    private static string Json(string line, Func<Match, object> of) => System.Text.Json.JsonSerializer.Serialize(of(Parts().Match(line)));

    private static string Journal(Match parts) => System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, string>
    {
        ["__REALTIME_TIMESTAMP"] = ((Time(parts) - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond).ToString(CultureInfo.InvariantCulture),
        ["_HOSTNAME"] = parts.Groups["host"].Value,
        ["SYSLOG_IDENTIFIER"] = parts.Groups["program"].Value,
        ["MESSAGE"] = parts.Groups["message"].Value,
    });

    [GeneratedRegex(@"^(?<stamp>\w{3} [ \d]\d [\d:]{8})")]
    private static partial Regex Stamp();

    [GeneratedRegex(@"^(?<stamp>\w{3} [ \d]\d [\d:]{8}) (?<host>\S+) (?<program>[^\[]+)\[\d+\]: (?<message>.*)$")]
    private static partial Regex Parts();

    [GeneratedRegex(@"^(\t)([A-Z_]+)=.*$")]
    private static partial Regex Parted();

    [GeneratedRegex(@"\[[\d.]+\](?=[ :]|$)")]
    private static partial Regex Address();

    [GeneratedRegex(@"\b(1vx\w{3})-(\w{6})-(\w\w)\b")]
    private static partial Regex EximId();
}
