namespace MailStats.Collector.Formats;

/// <summary>
/// Lines whose daemon was lost on the way: rsyslog's <c>%programname%</c> and <c>%app-name%</c> end at the slash (<c>postfix</c> for
/// <c>postfix/smtp</c>), <c>journalctl -o with-unit</c> has the unit (<c>postfix@-.service</c>). What a line says tells who wrote it.
/// </summary>
internal sealed partial class PostfixReader
{
    /// <returns>The daemon's name, empty where the line tells none.</returns>
    private static ReadOnlySpan<byte> UnnamedDaemon(ReadOnlySpan<byte> message)
    {
        if (message.StartsWith("NOQUEUE: "u8))
        {
            return "smtpd"u8;
        }

        if (!TryCutId(message, out _, out var rest))
        {
            // What else tells of no delivery may be another program's line in a container of this name.
            return message.IndexOf(" TLS connection established to "u8) > 0 ? "smtp"u8 : default;
        }

        return rest.StartsWith("to=<"u8) ? UnnamedAgent(rest)
            : rest.StartsWith("from=<"u8) || rest.SequenceEqual("removed"u8) ? "qmgr"u8
            : rest.StartsWith("client="u8) || rest.StartsWith("reject: "u8) ? "smtpd"u8
            : rest.StartsWith("uid="u8) ? "pickup"u8
            : rest.StartsWith("sender "u8) || rest.StartsWith("postmaster "u8) ? "bounce"u8
            : rest.StartsWith("host "u8) || rest.StartsWith("Cannot start TLS"u8) || rest.StartsWith("lost connection with "u8) ? "smtp"u8
            : "cleanup"u8;
    }

    /// <summary>
    /// <c>relay=local</c> and <c>relay=virtual</c> name the agents themselves, a relay without an address is the service of a pipe; a
    /// socket's path and a port of LMTP (24, 2003, 7025) are LMTP.
    /// </summary>
    private static ReadOnlySpan<byte> UnnamedAgent(ReadOnlySpan<byte> rest)
    {
        var relay = UntilComma(TextAfter(rest, ">, relay="u8));
        var bracket = relay.IndexOf((byte)'[');
        if (bracket < 0)
        {
            return relay.SequenceEqual("local"u8) || relay.SequenceEqual("virtual"u8) || relay.SequenceEqual("discard"u8) ? relay
                : relay.SequenceEqual("none"u8) ? "smtp"u8
                : "pipe"u8;
        }

        return relay[bracket..].Contains((byte)'/') || relay.EndsWith("]:24"u8) || relay.EndsWith("]:2003"u8) || relay.EndsWith("]:7025"u8)
            ? "lmtp"u8
            : "smtp"u8;
    }
}
