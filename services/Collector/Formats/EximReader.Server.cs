using System.Text;

namespace MailStats.Collector.Formats;

/// <summary>Where a delivery went: the server, how it was reached, or the mailbox on this host.</summary>
internal sealed partial class EximReader
{
    /// <summary>
    /// The host of <c>H=host [ip]</c>; <paramref name="connection"/> is what follows it, <paramref name="error"/> what follows the
    /// fields after a colon.
    /// </summary>
    private static ReadOnlySpan<byte> HostIn(ReadOnlySpan<byte> fields, out ReadOnlySpan<byte> connection, out ReadOnlySpan<byte> error)
    {
        connection = default;
        // The error text may quote anything, so the host is looked for before its colon only.
        var at = fields.StartsWith("H="u8) ? 0 : fields.IndexOf(" H="u8) + 1;
        var colon = fields.IndexOf(": "u8);
        if ((at == 0 && !fields.StartsWith("H="u8)) || (colon >= 0 && colon < at && !IsSystemError(fields[colon..at])))
        {
            error = colon < 0 ? default : fields[(colon + 2)..];
            return default;
        }

        var host = fields[(at + 2)..];
        var end = host.IndexOf((byte)' ');
        var after = host.IndexOf(": "u8);
        error = after < 0 ? default : host[(after + 2)..];
        connection = end < 0 ? default : host[(end + 1)..];

        return end < 0 ? host : host[..end];
    }

    /// <summary>
    /// From which address (<c>I=[192.0.2.10]:40321</c>, with <c>+outgoing_interface</c>) and with which TLS (<c>X=TLS1.3:…</c>) the
    /// server was spoken to. Both stand before certificates, confirmation and error, which may quote anything.
    /// </summary>
    private (string? OutgoingIp, string? TlsVersion) ConnectionIn(ReadOnlySpan<byte> rest)
    {
        string? outgoingIp = null;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)' ');
            var field = end < 0 ? rest : rest[..end];
            if (field.StartsWith("X="u8))
            {
                field = field[2..];
                var colon = field.IndexOf((byte)':');

                return (outgoingIp, TlsVersions.Of(colon < 0 ? field : field[..colon]));
            }

            if (field.StartsWith("I=["u8))
            {
                outgoingIp = _addresses.InBrackets(field);
            }

            if (end < 0 || field.StartsWith("C="u8) || field.StartsWith("DN="u8) || field is [.., (byte)':'])
            {
                return (outgoingIp, null);
            }

            rest = rest[(end + 1)..];
        }

        return (outgoingIp, null);
    }

    /// <summary><c>: Connection timed out</c> between <c>defer (110)</c> and <c>H=</c>: the host still follows.</summary>
    private static bool IsSystemError(ReadOnlySpan<byte> between) =>
        between.Length < 64 && between[2..].IndexOf(": "u8) < 0 && between.IndexOfAny((byte)'<', (byte)'"') < 0;

    /// <summary>Transports that Debian's, cPanel's and DirectAdmin's configurations deliver into mailboxes, files and programs with.</summary>
    private static readonly string[] TransportsOnHost =
    [
        "local_delivery", "mail_spool", "maildir_home", "maildrop_pipe", "procmail_pipe", "address_pipe", "address_file", "address_directory", "address_reply",
        "dovecot_delivery", "dovecot_virtual_delivery", "dovecot_lmtp", "dovecot_lmtp_udp", "virtual_userdelivery", "virtual_localdelivery",
        "virtual_sa_userdelivery",
    ];

    /// <summary>True where a transport speaks LMTP, by its name, to a server that the operator did not call a way out.</summary>
    private bool IsMailboxServer(ReadOnlySpan<byte> fields, ReadOnlySpan<byte> host)
    {
        var transport = TransportIn(fields);

        return transport.IndexOfAny((byte)'l', (byte)'L') >= 0 && (transport.IndexOf("lmtp"u8) >= 0 || transport.IndexOf("LMTP"u8) >= 0)
            && messages.LocalMail.TakesLmtp(_names.Of(host), AddressOf(fields, host));
    }

    /// <summary>The address of <c>H=host [192.0.2.1]</c>; null where nobody asks for it.</summary>
    private string? AddressOf(ReadOnlySpan<byte> fields, ReadOnlySpan<byte> host)
    {
        if (messages.LocalMail.IsEmpty || host.IsEmpty || fields.IndexOf(host) is not (>= 0 and var at))
        {
            return null;
        }

        var rest = fields[at..];
        var open = rest.IndexOf((byte)'[');
        var close = rest.IndexOf((byte)']');

        return open >= 0 && close > open ? _names.Of(rest[(open + 1)..close]) : null;
    }

    private static ReadOnlySpan<byte> TransportIn(ReadOnlySpan<byte> fields)
    {
        var at = fields.StartsWith("T="u8) ? 0 : fields.IndexOf(" T="u8) + 1;
        if (at == 0 && !fields.StartsWith("T="u8))
        {
            return default;
        }

        var transport = fields[(at + 2)..];
        var end = transport.IndexOfAny(" :"u8);

        return end < 0 ? transport : transport[..end];
    }

    private static bool DeliversOnHost(ReadOnlySpan<byte> fields)
    {
        var transport = TransportIn(fields);
        foreach (var known in TransportsOnHost)
        {
            if (Ascii.Equals(transport, known))
            {
                return true;
            }
        }

        return false;
    }
}
