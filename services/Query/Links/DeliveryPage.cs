using System.Globalization;
using System.Text;
using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Time;

namespace MailStats.Query.Links;

/// <summary>The page of one delivery as plain HTML: no script, no form, nothing from elsewhere, at most <see cref="MostBytes"/>.</summary>
internal sealed class DeliveryPage(StoredDelivery delivery, PageTexts texts, TimeZoneInfo zone, DeliveryLink link)
{
    /// <summary>What a page may weigh, in bytes of UTF-8.</summary>
    public const int MostBytes = 30_000;

    /// <summary>Of those, what the attempts may take; with all other texts at their longest the rest is less than 14,000.</summary>
    private const int MostBytesOfAttempts = 16_000;

    /// <summary>Letters of a reply that are shown: one letter may become nine bytes.</summary>
    private const int LongestReply = 600;

    /// <summary>Letters of any other text that are shown.</summary>
    private const int LongestFact = 120;

    private readonly DeliveryState _state = delivery.State;

    public string Write()
    {
        var status = DeliveryLogView.ListedStatus(_state);
        var at = status switch
        {
            DeliveryStatus.Complained => _state.Complained!.At,
            DeliveryStatus.Accepted => _state.AcceptedAt,
            _ => _state.StatusAt(),
        };
        var headline = texts.Headline(status, Receiver(), Moment(at), _state.Attempts());
        var sender = _state.Mailbox() is { } mailbox ? Bidi(Address(mailbox.Address)) : Encode(texts.NullSender);
        var subject = string.IsNullOrEmpty(_state.Subject) ? null : Bidi(Words(_state.Subject));
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"<h1>{Encode(headline)}</h1><p>{texts.About(Bidi(Address(delivery.Recipient)), sender, subject)}</p>");

        if (DeliveryLogView.Failing(_state) is { } failure && Advice(failure) is { } advice)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"do\"><b>{Encode(texts.WhatToDo)}</b><p{advice.Language}>{Encode(advice.Text)}</p></div>");
        }

        html.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(texts.WhatHappened)}</h2><ol>");
        html.Append(Item("", _state.AcceptedAt, texts.Accepted, By(_state.ReportingHost), ""));
        WriteAttempts(html);

        if (_state.Complained is { } complaint && status != DeliveryStatus.Complained)
        {
            html.Append(Item("bad", complaint.At, texts.Complained, "", ""));
        }

        html.Append("</ol>");
        WriteFacts(html);
        html.Append(CultureInfo.InvariantCulture, $"<footer><p>{Encode(texts.Foot(zone.Id, Moment(UnixTime.ToMicroseconds(link.ExpiresAt))))}");
        html.Append(link.Unmasked ? "</p></footer>" : $" {Encode(texts.Masked)}</p></footer>");

        return LinkedPage.Whole(texts, texts.Title, texts.Title, html.ToString());
    }

    /// <summary>As many as there is room for: the first and the last, which tell most.</summary>
    private void WriteAttempts(StringBuilder html)
    {
        var attempts = new PageAttempts(_state).Folded();
        var written = attempts.ConvertAll(Item);
        var (first, last) = (0, written.Count);
        var room = MostBytesOfAttempts;

        while (first < last)
        {
            // One from the front for two from the end, for the end says how it stands now.
            var front = first * 2 < written.Count - last;
            var size = Encoding.UTF8.GetByteCount(front ? written[first] : written[last - 1]);

            if (size > room)
            {
                break;
            }

            room -= size;
            _ = front ? first++ : last--;
        }

        html.AppendJoin("", written.Take(first));

        if (first < last)
        {
            html.Append(CultureInfo.InvariantCulture, $"<li class=\"soft\">{Encode(texts.LeftOut(attempts[first..last].Sum(attempt => attempt.Count)))}</li>");
        }

        html.AppendJoin("", written.Skip(last));
    }

    private string Item(PageAttempt attempt)
    {
        if (attempt.Outcome is not { } outcome)
        {
            return $"<li class=\"soft\">{Encode(texts.LeftOut(attempt.Count))}</li>";
        }

        var (look, word) = outcome.Kind switch
        {
            Contracts.DeliveryEventKind.Delivered => ("good", texts.Delivered),
            Contracts.DeliveryEventKind.Deferred => ("wait", texts.Deferred),
            Contracts.DeliveryEventKind.Bounced => ("bad", texts.Bounced),
            _ => ("bad", ""),
        };
        var title = outcome.Kind switch
        {
            Contracts.DeliveryEventKind.Expired => texts.GivenUp,
            Contracts.DeliveryEventKind.Rejected => texts.Rejected,
            _ when attempt.Number == 0 => $"{texts.NotTried}, {word}",
            _ => $"{texts.Try(attempt.Number)}, {word}",
        };
        var reply = string.IsNullOrEmpty(outcome.ReplyText) ? "" : $"<pre dir=\"auto\">{Encode(Cut(Masked(outcome.ReplyText), LongestReply))}</pre>";
        var more = attempt.Count > 1 ? $"<p class=\"soft\">{Encode(texts.MoreAlike(attempt.Count - 1, Moment(attempt.LastAt)))}</p>" : "";

        return Item(look, outcome.At, title, By(outcome.RemoteHost), reply + more);
    }

    private string Item(string look, long at, string title, string beside, string below) =>
        $"<li class=\"{look}\"><time datetime=\"{UnixTime.FromMicroseconds(at):yyyy-MM-dd'T'HH:mm:ss'Z'}\">{Encode(Moment(at))}</time> "
        + $"<b>{Encode(title)}</b>{beside}{below}</li>";

    private void WriteFacts(StringBuilder html)
    {
        html.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(texts.Facts)}</h2><dl>");
        Fact(texts.Recipient, Address(delivery.Recipient));
        Fact(texts.Sender, _state.Mailbox() is { } mailbox ? Address(mailbox.Address) : null);
        Fact(texts.Subject, _state.Subject is { } subject ? Words(subject) : null);
        Fact(texts.MessageId, _state.MessageId is { } messageId ? Identifier(messageId) : null);
        Fact(texts.QueueId, _state.QueueId);
        Fact(texts.Reason, DeliveryLogView.Failing(_state) is { } failure ? Reason(failure) : null);
        Fact(texts.Receiver, Receiver());
        Fact(texts.Size, _state.Bytes is { } bytes ? texts.Bytes(bytes.ToString("N0", texts.Culture)) : null);
        Fact(texts.MailServer, _state.ReportingHost);
        Fact(texts.OutgoingIp, _state.OutgoingIp);
        Fact(texts.Encryption, _state.TlsVersion);
        html.Append("</dl>");

        void Fact(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                html.Append(CultureInfo.InvariantCulture, $"<dt>{Encode(name)}</dt><dd>{Bidi(value)}</dd>");
            }
        }
    }

    /// <summary>In the reader's language; what an operator wrote, or nobody translated, in its own.</summary>
    private (string Text, string Language)? Advice(Outcome failure)
    {
        if (failure.Classification is not { } classification)
        {
            return null;
        }

        var own = classification.Rule?.StartsWith("own/", StringComparison.Ordinal) ?? false;

        if (!own && texts.Reasons.TryGetValue(classification.Reason, out var known) && known.Advice is { } translated)
        {
            return (translated, "");
        }

        return (Cut(Masked(classification.Advice), LongestReply), texts == PageTexts.English ? "" : " lang=\"en\"");
    }

    private string Reason(Outcome failure)
    {
        var codes = string.Join(' ', new[] { failure.ReplyCode?.ToString(CultureInfo.InvariantCulture), failure.EnhancedCode }.Where(code => code is not null));
        var name = texts.ReasonName(failure.Classification?.Reason ?? "unknown");

        return codes.Length == 0 ? name : $"{name} ({codes})";
    }

    private string Receiver() => _state.Provider is { Length: > 0 } provider ? Cut(provider, LongestFact)
        : delivery.Recipient.LastIndexOf('@') is >= 0 and var at ? Cut(delivery.Recipient[(at + 1)..], LongestFact)
        : Cut(Address(delivery.Recipient), LongestFact);

    private string By(string? host) => string.IsNullOrEmpty(host) ? "" : $" <span class=\"soft\">{Encode(texts.By)} {Bidi(host)}</span>";

    private string Moment(long at) =>
        TimeZoneInfo.ConvertTime(UnixTime.FromMicroseconds(at), zone).ToString(texts.Moment, texts.Culture);

    private string Address(string address) => link.Unmasked ? address : AddressMask.Of(address);

    /// <summary>What people wrote: of an address in it no more is told than of any other.</summary>
    private string Words(string text) => link.Unmasked ? text : AddressMask.Within(text, "");

    /// <summary>A message id looks like an address and is none, unless somebody wrote the recipient into it.</summary>
    private string Identifier(string text)
    {
        var local = delivery.Recipient.Split('@')[0];

        return local.Length > 0 && text.Contains(local, StringComparison.OrdinalIgnoreCase) ? Masked(text) : text;
    }

    private string Masked(string text) => link.Unmasked ? text : AddressMask.Within(text, delivery.Recipient);

    private static string Bidi(string text) => $"<bdi>{Encode(Cut(text, LongestFact))}</bdi>";

    private static string Encode(string text) => LinkedPage.Encode(text);

    /// <summary>No longer than asked for, and not through the middle of a letter.</summary>
    private static string Cut(string text, int longest) =>
        text.Length <= longest ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest), "…");
}
