using System.Text.RegularExpressions;

namespace MailStats.Ingest.Reports;

/// <content>The forms in which servers name who did not get a mail.</content>
internal static partial class PlainReport
{
    private const int MatchMilliseconds = 1000;

    [GeneratedRegex(
        @"^(mailer-daemon|post_?master|mail-daemon|mdaemon|double-bounce|mail\.delivery\.(sub)?system)@",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Server();

    [GeneratedRegex(@"\b(mailer-daemon|postmaster)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex ServerName();

    [GeneratedRegex(@"\b(delayed|delay|still being retried)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Delay();

    [GeneratedRegex(
        @"undeliver|not deliver|fail|return|rejected|could not be|bounce", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Failure();

    // <ann@example.net>:   ·   "ann@example.net":   ·   -- ann@example.net   ·   * ann@example.net   ·   >>> ann@example.net <ann@example.net>
    private const string Alone =
        @"(Recipient:[ \t]*)?<(?<address>[^\s<>@]{1,64}@[^\s<>@]{1,255})>:?(?<rest>(?![;)]).*)"
        + @"|(-- |\* +|>>> |Unknown user:[ \t]*)?""?(?<address>[^\s<>@()""]{1,64}@[^\s<>@():""]{1,255})""?:?[ \t]*(<[^\s<>]{1,320}>)?";

    // ann@example.net: 550 …   ·   ann@example.net: Domain does not exist   ·   ann@example.net [User unknown]   ·   ann@example.net... unknown
    // ann@example.net Invalid Address, …   ·   ann@example.net on Fri, 20 Nov 2026 …   ·   User ann (ann@example.net) not listed in Domino Directory
    private const string First =
        @"|(?<address>[^\s<>@():]{1,64}@[^\s<>@():]{1,255}):[ \t]+(?<rest>\S.*)"
        + @"|(?<address>[^\s<>@():]{1,64}@[^\s<>@():\[]{1,255}?)[ \t]*(\[(?<rest>[^\]\n]{1,200})\]|\.\.\.[ \t]*(?<rest>.*))"
        + @"|(?<address>[^\s<>@()]{1,64}@[^\s<>@():]{1,255})[ \t]+((?<rest>(Invalid Address|Error)\b.*)|on ([A-Z][a-z]{2}, )?\d.*)"
        + @"|User [^\n(]{1,100}\((?<address>[^\s<>@()]{1,64}@[^\s<>@():]{1,255})\)(?<rest>.*)";

    // User mailbox exceeds allowed size: ann@example.net   ·   Unable to deliver message to: <ann@example.net>
    // The following recipients returned permanent errors: ann@example.net. Reason: …   ·   [Status: Error, Address: <ann@example.net>, …]
    private const string Last =
        @"|(?<sentence>There was an error delivering your mail to) <(?<address>[^\s<>@]{1,64}@[^\s<>@]{1,255})>\.?[ \t]*"
        + @"|(?<rest>[^@<>\n]{0,80}\b(un)?(deliver|fail|full|exceed|reject|unknown|invalid|not found)[^@<>\n]{0,60}(?<!\bby|\bfrom|contact):?)[ \t]+"
        + @"<?(?<address>[^\s<>@()"":]{1,64}@[^\s<>@():""]{1,255})>?[ \t]*"
        + @"|[^@\n]{0,120}\brejected recipient <(?<address>[^\s<>@]{1,64}@[^\s<>@]{1,255})>(?<rest>.*)"
        + @"|[^@<>\n]{0,80}\berrors?: (?<address>[^\s<>@():]{1,64}@[^\s<>@():]{1,255}?)\. Reason: (?<rest>.*)"
        + @"|\[Status: [^@<>\n]{0,40}Address: <(?<address>[^\s<>@]{1,64}@[^\s<>@]{1,255})>,(?<rest>[^\]\n]*)\]?";

    // 550 <ann@example.net>... User unknown   ·   >>> RCPT TO:<ann@example.net>, the answer in one of the next lines
    private const string Transcript =
        @"|(?<rest>[45]\d\d[ \-]([45]\.\d{1,3}\.\d{1,3} )?<(?<address>[^\s<>@]{1,64}@[^\s<>@]{1,255})>\.\.\..*)"
        + @"|(?<command>(Sent <<<|>>>)?[ \t]*RCPT TO:)[ \t]*<?(?<address>[^\s<>@]{1,64}@[^\s<>@]{1,255})>?.*";

    [GeneratedRegex(
        @"^[ \t]{0,64}(" + Alone + First + Last + Transcript + ")$",
        RegexOptions.Multiline | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Recipient();

    [GeneratedRegex(@"(?<![\d.])(?<code>[45]\d\d)[ :,\-]+(\k<code>[ \-]+)?(?<text>\S.*)", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Code();

    /// <summary>Wherever it stands: <c>550 5.1.1 …</c>, qmail's <c>(#5.1.1)</c>, Exchange's <c>&lt;mx.example.net #5.1.1&gt;</c>; no IP address.</summary>
    [GeneratedRegex(@"(?<![\d.])(?<code>[45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)", RegexOptions.ExplicitCapture, MatchMilliseconds)]
    private static partial Regex Enhanced();

    [GeneratedRegex(@"\s+", RegexOptions.None, MatchMilliseconds)]
    private static partial Regex Spaces();
}
