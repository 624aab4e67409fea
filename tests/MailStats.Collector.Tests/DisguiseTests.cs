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

    [GeneratedRegex(@"\[[\d.]+\](?=[ :]|$)")]
    private static partial Regex Address();

    [GeneratedRegex(@"\b(1vx\w{3})-(\w{6})-(\w\w)\b")]
    private static partial Regex EximId();
}
