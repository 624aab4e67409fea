namespace MailStats.Collector.Formats;

/// <summary>Versions of TLS under one name each, whatever a mail server's library calls them.</summary>
internal static class TlsVersions
{
    /// <summary><c>TLSv1.3</c>, <c>TLS1.3</c> (GnuTLS) and <c>TLSv1_3</c> (Rustls) are <c>TLSv1.3</c>; null for what is no version of TLS.</summary>
    public static string? Of(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("SSLv3"u8))
        {
            return "SSLv3";
        }

        if (!text.StartsWith("TLS"u8))
        {
            return null;
        }

        text = text[3..];
        text = text is [(byte)'v' or (byte)' ', ..] ? text[1..] : text;

        return text switch
        {
            [(byte)'1', (byte)'.' or (byte)'_', (byte)'3'] => "TLSv1.3",
            [(byte)'1', (byte)'.' or (byte)'_', (byte)'2'] => "TLSv1.2",
            [(byte)'1', (byte)'.' or (byte)'_', (byte)'1'] => "TLSv1.1",
            [(byte)'1'] or [(byte)'1', (byte)'.' or (byte)'_', (byte)'0'] => "TLSv1",
            _ => null,
        };
    }

    /// <inheritdoc cref="Of(ReadOnlySpan{byte})"/>
    public static string? Of(string? text) => text is null or { Length: > 32 } ? null : Of(System.Text.Encoding.UTF8.GetBytes(text));
}
