using System.Text.Json;

namespace MailStats.Ingest.Events;

/// <summary>
/// What the item before had in each field. Events of one source have the same host, sender and subject over and over: a
/// text that is the same again is neither decoded nor kept a second time.
/// </summary>
internal sealed class RepeatedTexts
{
    private readonly string?[] _last = new string?[Enum.GetValues<TextField>().Length];

    /// <summary>The text of the item before, when the reader stands on the same one; else null.</summary>
    public string? Same(ref Utf8JsonReader reader, TextField field) =>
        _last[(int)field] is { } last && reader.ValueTextEquals(last) ? last : null;

    public void Keep(TextField field, string? text) => _last[(int)field] = text;
}

/// <summary>Fields that neighbours often share.</summary>
internal enum TextField
{
    Event = 0,
    MessageKey = 1,
    Sender = 2,
    From = 3,
    QueueId = 4,
    MessageId = 5,
    Subject = 6,
    Host = 7,
    RemoteHost = 8,
    EnhancedCode = 9,
    Reply = 10,
    SourceVerdict = 11,
    Source = 12,
    OutgoingIp = 13,
    Pool = 14,
    TlsVersion = 15,
    ClientAddress = 16,
    Login = 17,
}
