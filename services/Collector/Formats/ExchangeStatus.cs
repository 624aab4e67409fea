namespace MailStats.Collector.Formats;

/// <summary>
/// A recipient's status in Exchange's tracking log: a reply, or <c>[{LED=550 5.1.1 …};{MSG=};{FQDN=mx.example.net};{IP=198.51.100.7};{LRT=…}]</c>,
/// the last error with the server that gave it.
/// </summary>
internal readonly record struct ExchangeStatus(string? Reply, string? RemoteHost, bool IsExpired)
{
    public static ExchangeStatus Read(string text)
    {
        var status = text.Trim();
        var error = Part(status, "{LED=");
        var reply = error ?? (status.StartsWith('[') ? null : status);

        return new(
            string.IsNullOrEmpty(reply) ? null : reply,
            Part(status, "{FQDN=") ?? Part(status, "{IP="),
            status.Contains("QUEUE.Expired", StringComparison.Ordinal) || status.Contains("message expired", StringComparison.OrdinalIgnoreCase));
    }

    private static string? Part(string status, string name)
    {
        var start = status.IndexOf(name, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        start += name.Length;
        var end = status.IndexOf('}', start);
        var part = (end < 0 ? status[start..] : status[start..end]).Trim();

        return part.Length == 0 ? null : part;
    }
}
