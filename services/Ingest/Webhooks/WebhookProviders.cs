using System.Collections.Frozen;

namespace MailStats.Ingest.Webhooks;

/// <summary>All providers that MailStats understands, by name.</summary>
internal sealed class WebhookProviders(IEnumerable<IWebhookProvider> providers)
{
    /// <summary>Their names, for the API's document.</summary>
    public static readonly IReadOnlyList<string> Known =
    [
        "azure", "brevo", "kumomta", "mail", "mailersend", "mailgun", "mailjet", "mailtrap", "mandrill", "postal", "postmark", "resend", "scaleway",
        "sendgrid", "ses", "sparkpost", "stalwart", "zeptomail",
    ];

    private readonly FrozenDictionary<string, IWebhookProvider> _byName = providers.ToFrozenDictionary(provider => provider.Name);

    public IEnumerable<string> Names => _byName.Keys.Order(StringComparer.Ordinal);

    public IWebhookProvider? Find(string name) => _byName.GetValueOrDefault(name);
}
