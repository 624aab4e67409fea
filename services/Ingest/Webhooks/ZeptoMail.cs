using System.Globalization;
using System.Text;
using System.Text.Json;
using MailStats.Contracts;
using MailStats.Stores.Webhooks;

namespace MailStats.Ingest.Webhooks;

/// <summary>
/// Zoho ZeptoMail: one event a post, as JSON or as a form with the JSON in one field. Signed with an HMAC over that JSON, or proven by an
/// authorization header of the webhook's form. Of bounces and complaints alone, unless more is ticked.
/// </summary>
internal sealed class ZeptoMail : IWebhookProvider
{
    /// <summary>A post with nothing to count.</summary>
    private const string Nothing = """{"event_name":["email_open"],"event_message":[]}""";

    public string Name => "zeptomail";

    public string SecretIs => "the webhook's authentication key, or the value of its Authorization header";

    public bool IsSecret(string secret) => secret.Length >= 16;

    public ValueTask<WebhookProof> VerifyAsync(WebhookPost post, WebhookSource source, CancellationToken cancellationToken)
    {
        if (post.Headers["producer-signature"].Count == 0)
        {
            return ValueTask.FromResult(ByHeader(post, source.Secret));
        }

        // ts=1795166043000;s=…;s-algorithm=HmacSHA256
        var parts = post.Headers["producer-signature"].ToString().Split([';', ','], 8, StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .ToLookup(part => part[0], part => part[1], StringComparer.OrdinalIgnoreCase);
        var given = parts["s"].FirstOrDefault() is { } text ? Uri.UnescapeDataString(text) : null;
        var signature = Proofs.Hex(given) ?? Proofs.Base64(given);

        return ValueTask.FromResult(Payload(post.Body) is { } json && Proofs.HasHmac(json.Span, source.Secret, signature)
            ? WebhookProof.Proven
            : WebhookProof.Refused);
    }

    public ReadOnlyMemory<byte> JsonOf(WebhookPost post) => Payload(post.Body) ?? throw new JsonException("The form holds no JSON.");

    public WebhookSample? Sample(WebhookSource source, DateTimeOffset now, string address) =>
        new(Nothing, ("producer-signature", string.Create(
            CultureInfo.InvariantCulture,
            $"ts={now.ToUnixTimeMilliseconds()};s={Convert.ToBase64String(Proofs.Hmac(Nothing, source.Secret))};s-algorithm=HmacSHA256")));

    public IEnumerable<SubmittedEvent> Read(JsonElement body, WebhookSource source) =>
        from message in body.Get("event_message").Items()
        let mail = message.Get("email_info")
        from data in message.Get("event_data").Items().DefaultIfEmpty()
        let kind = Kind(data.Text("object") ?? body.Get("event_name").Items().FirstOrDefault().AsText())
        let word = Word(kind)
        where word is not null
        from details in data.Get("details").Items().DefaultIfEmpty()
        let bounced = details.Address("bounced_recipient") ?? details.Get("email_address").Address("address") ?? details.Address("recipient")
            // Who complained; "from" is who they had the mail of.
            ?? (word == "complained" ? details.Address("to") : null)
        select new SubmittedEvent
        {
            Event = word,
            OccurredAt = details.Time("time") ?? mail.Time("processed_time"),
            AcceptedAt = mail.Time("processed_time"),
            MessageKey = message.Text("request_id") ?? mail.Text("email_reference"),
            Recipients = bounced is not null ? [bounced] : Recipients(mail),
            Sender = mail.Address("bounce_address"),
            From = mail.Get("from").Text("address") ?? mail.Text("from"),
            Subject = mail.Text("subject"),
            Reply = word == "bounced" ? ServerReply.Bare(details.Text("diagnostic_message")) ?? details.Text("reason") : null,
            SourceVerdict = kind,
            Attempted = kind != "suppressed",
            Source = $"{Name}/{source.Name}",
        };

    /// <summary>The value as it is, or as a bearer token.</summary>
    private static WebhookProof ByHeader(WebhookPost post, string secret) =>
        Proofs.Same(post.Headers.Authorization.ToString().Trim(), secret) ? WebhookProof.Proven : Proofs.Authorization(post.Headers, secret);

    /// <summary>The JSON: the body, or the form's one field. Null when there is none.</summary>
    private static ReadOnlyMemory<byte>? Payload(ReadOnlyMemory<byte> body)
    {
        if (body.Span.TrimStart(" \r\n\t"u8) is [(byte)'{', ..])
        {
            return body;
        }

        return FormFields.Read(body.Span)?.Values.FirstOrDefault() is [{ Length: > 0 } value] ? Encoding.UTF8.GetBytes(value) : null;
    }

    /// <summary>"softbounce", "soft_bounce" and "Soft Bounce" are one.</summary>
    private static string? Kind(string? name) =>
        name is null ? null : string.Concat(name.Where(char.IsAsciiLetter).Select(char.ToLowerInvariant));

    private static string? Word(string? kind) => kind switch
    {
        "emailsent" or "sent" or "processed" => "accepted",
        "delivered" or "delivery" or "emaildelivered" or "emaildelivery" => "delivered",
        "softbounce" or "hardbounce" or "suppressed" => "bounced",
        // "fbl_compliant", as ZeptoMail spells it.
        "feedbackloop" or "fbl" or "fblcompliant" or "fblcomplaint" or "spam" or "complaint" => "complained",
        _ => null,
    };

    private static List<string> Recipients(JsonElement mail) =>
    [
        .. mail.Get("to").Items().Concat(mail.Get("cc").Items()).Concat(mail.Get("bcc").Items())
            .Select(item => item.Get("email_address").Items().FirstOrDefault().Address("address") ?? item.Address("address") ?? item.AsAddress() ?? ""),
    ];
}
