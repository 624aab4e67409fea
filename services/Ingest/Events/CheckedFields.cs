using System.Net;
using System.Security.Cryptography;
using System.Text;
using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Replies;

namespace MailStats.Ingest.Events;

/// <summary>Checks the fields of one item, or of one of its deferrals, one by one; notes every wrong one.</summary>
/// <param name="item">The item.</param>
/// <param name="rejected">Takes the fields without which there is no event.</param>
/// <param name="deferral">Place of the deferral whose fields these are.</param>
/// <param name="leftOut">Takes the fields that an event can do without; null to refuse the event for them as well.</param>
internal readonly struct CheckedFields(
    ReadItem item, Rejections rejected, int? deferral = null, Rejections? leftOut = null)
{
    /// <summary>Characters of an IP address: an IPv6 address with a zone.</summary>
    private const int MaxIp = 64;

    /// <summary>What an event can say that happened.</summary>
    public static readonly IReadOnlyList<string> Events = ["accepted", "deferred", "delivered", "bounced", "expired", "rejected", "complained"];

    private readonly int _before = rejected.Count;

    public bool Failed => rejected.Count > _before;

    public DeliveryEventKind Kind(string? word) => word switch
    {
        "accepted" => DeliveryEventKind.Accepted,
        "deferred" => DeliveryEventKind.Deferred,
        "delivered" => DeliveryEventKind.Delivered,
        "bounced" => DeliveryEventKind.Bounced,
        "expired" => DeliveryEventKind.Expired,
        "rejected" => DeliveryEventKind.Rejected,
        "complained" => DeliveryEventKind.Complained,
        null => Wrong<DeliveryEventKind>("event", "is required"),
        _ => Wrong<DeliveryEventKind>("event", "must be accepted, deferred, delivered, bounced, expired, rejected or complained"),
    };

    public DateTimeOffset? Time(string field, DateTimeOffset? time, DateTimeOffset earliest, DateTimeOffset latest) => time switch
    {
        null => Wrong<DateTimeOffset?>(field, "is required"),
        var value when value < earliest => Wrong<DateTimeOffset?>(field, $"is before the year {earliest.Year}"),
        var value when value > latest => Wrong<DateTimeOffset?>(field, "is more than a day in the future"),
        var value => value.Value.ToUniversalTime(),
    };

    /// <summary>A time that an event can do without.</summary>
    public DateTimeOffset? OptionalTime(string field, DateTimeOffset? time, DateTimeOffset earliest, DateTimeOffset latest) =>
        time is null ? null : new CheckedFields(item, leftOut ?? rejected, deferral).Time(field, time, earliest, latest);

    /// <summary>A name or id: no control characters, not over its length; null when absent or blank.</summary>
    public string? Word(string field, string? text, int longest)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (text.Length > longest)
        {
            return Unusable<string>(field, $"is longer than {longest} characters");
        }

        return FreeText.HasControls(text) ? Unusable<string>(field, "has a control character") : text.Trim();
    }

    /// <summary>IPv4 or IPv6, in the one form in which each address is written; null when absent or blank.</summary>
    public string? Ip(string field, string? text) => Word(field, text, MaxIp) switch
    {
        null => null,
        // The framework takes "1" and "0x7f.1" for IPv4 too.
        var word when IPAddress.TryParse(word, out var address) && (word.Contains(':') || word.AsSpan().Count('.') == 3) => address.ToString(),
        _ => Unusable<string>(field, "must be an IPv4 or IPv6 address"),
    };

    /// <summary>Each tag once, in ordinal order; null where there is none.</summary>
    public IReadOnlyList<string>? Tags(IReadOnlyList<string>? given)
    {
        if (given is not { Count: > 0 })
        {
            return null;
        }

        if (given.Count > EventMaker.MaxTags)
        {
            return Unusable<IReadOnlyList<string>>("tags", $"are more than {EventMaker.MaxTags}");
        }

        var tags = new SortedSet<string>(StringComparer.Ordinal);

        for (var place = 0; place < given.Count; place++)
        {
            if (Word($"tags[{place}]", given[place], EventMaker.MaxWord) is { } tag)
            {
                tags.Add(tag);
            }
        }

        return tags.Count == 0 ? null : [.. tags];
    }

    /// <param name="submitted">As it came.</param>
    /// <param name="messageId">Checked.</param>
    /// <param name="host">Checked.</param>
    /// <param name="queueId">Checked.</param>
    /// <param name="isNamed">One of these three was given but is wrong, and has been noted: there is nothing to add.</param>
    public string? MessageKey(SubmittedEvent submitted, string? messageId, string? host, string? queueId, bool isNamed)
    {
        if (!string.IsNullOrWhiteSpace(submitted.MessageKey))
        {
            return new CheckedFields(item, rejected, deferral).Word("messageKey", submitted.MessageKey, EventMaker.MaxKey);
        }

        if (messageId is not null)
        {
            return Short(messageId);
        }

        if (queueId is not null && host is not null)
        {
            return Short($"{host}/{queueId}");
        }

        return isNamed ? null : Wrong<string>("messageKey", "is required, or messageId, or host and queueId");
    }

    /// <summary>Null when absent, empty for the null sender.</summary>
    public string? Sender(SubmittedEvent submitted)
    {
        var text = submitted.Sender?.Trim();

        if (text is null or "" or "<>")
        {
            return text is null ? null : "";
        }

        return Read(submitted, text, out var error) ?? Unusable<string>("sender", error!);
    }

    public string? From(string given) => EmailAddress.ReadHeader(given, out var error) ?? Unusable<string>("from", error!);

    public string? EnhancedCode(string? given)
    {
        if (string.IsNullOrWhiteSpace(given))
        {
            return null;
        }

        var code = given.Trim();

        return Mail.Replies.EnhancedCode.IsValid(code) ? code : Unusable<string>("enhancedCode", "must be like 5.7.26");
    }

    public long? InRange(string field, long? number, long least, long most) =>
        number < least || number > most ? Unusable<long?>(field, $"must be a whole number from {least} to {most}") : number;

    public void NeedsSender(SubmittedEvent submitted)
    {
        if (submitted.Sender is null && string.IsNullOrWhiteSpace(submitted.From))
        {
            Unusable<string>("sender", "is required, or from; empty for the null sender");
        }
    }

    public void NeedsRecipient(SubmittedEvent submitted)
    {
        if (submitted.Recipient is null && submitted.Recipients is not { Count: > 0 })
        {
            Wrong<string>("recipient", "is required, or recipients");
        }
        else if (submitted.Recipient is not null && submitted.Recipients is not null)
        {
            Wrong<string>("recipients", "cannot stand beside recipient");
        }
    }

    public void HasDeferralsOfOne(SubmittedEvent submitted)
    {
        if (submitted.Deferrals is { Count: > 0 } && submitted.Recipients is not null)
        {
            Wrong<string>("deferrals", "cannot stand beside recipients");
        }
    }

    /// <summary>Adds every right recipient to the list, notes every wrong one.</summary>
    public void Recipients(SubmittedEvent submitted, List<string> right)
    {
        if (submitted.Recipient is { } single)
        {
            if (Address("recipient", Read(submitted, single, out var error), error) is { } recipient)
            {
                right.Add(recipient);
            }

            return;
        }

        for (var place = 0; place < submitted.Recipients?.Count; place++)
        {
            var address = Read(submitted, submitted.Recipients[place], out var error);

            if (address is null)
            {
                rejected.Add(item.Index, item.Line, "recipients", error!, place, deferral);
            }
            else
            {
                right.Add(address);
            }
        }
    }

    /// <summary>An address, or what a log has in its place.</summary>
    private static string? Read(SubmittedEvent submitted, string text, out string? error) =>
        EmailAddress.Read(text, out error) ?? (submitted.AsLogged == true ? EmailAddress.Keep(text) : null);

    private static string Short(string key) =>
        key.Length <= EventMaker.MaxKey ? key : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private string? Address(string field, string? address, string? error) => address ?? Wrong<string>(field, error!);

    /// <summary>Notes a field that an event can do without.</summary>
    private T? Unusable<T>(string field, string error)
    {
        (leftOut ?? rejected).Add(item.Index, item.Line, field, error, null, deferral);

        return default;
    }

    private T? Wrong<T>(string field, string error)
    {
        rejected.Add(item.Index, item.Line, field, error, null, deferral);

        return default;
    }
}
