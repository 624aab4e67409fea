using System.Buffers;
using MailStats.Contracts;

namespace MailStats.Ingest.Events;

/// <summary>How many bytes of JSON an event takes on the bus and in the journal: about, and never too few.</summary>
internal static class EventWeight
{
    /// <summary>Names of fields, ids, times and numbers.</summary>
    private const int Fixed = 900;

    /// <summary>Bytes of a character that JSON escapes: <c>\u00e4</c>.</summary>
    private const int Escaped = 6;

    /// <summary>Quotes and comma of an element.</summary>
    private const int Between = 3;

    // What every encoder writes as one byte.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !#$%()*,-./:;=?@[]^_{|}~");

    public static int Of(DeliveryEvent made) => Fixed
        + Of(made.TenantId) + Of(made.MessageKey) + Of(made.Recipient) + Of(made.Source) + Of(made.Sender) + Of(made.HeaderFrom)
        + Of(made.QueueId) + Of(made.MessageId) + Of(made.Subject) + Of(made.ReportingHost) + Of(made.RemoteHost)
        + Of(made.EnhancedCode) + Of(made.ReplyText) + Of(made.SourceVerdict) + Of(made.OutgoingIp) + Of(made.Pool) + Of(made.Tags)
        + Of(made.TlsVersion) + Of(made.ClientAddress) + Of(made.Login);

    private static int Of(IReadOnlyList<string>? texts)
    {
        var bytes = 0;

        for (var place = 0; place < texts?.Count; place++)
        {
            bytes += Of(texts[place]) + Between;
        }

        return bytes;
    }

    private static int Of(string? text)
    {
        var bytes = 0;

        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            var plain = rest.IndexOfAnyExcept(Plain);

            if (plain < 0)
            {
                return bytes + rest.Length;
            }

            bytes += plain + Escaped;
            rest = rest[(plain + 1)..];
        }

        return bytes;
    }
}
