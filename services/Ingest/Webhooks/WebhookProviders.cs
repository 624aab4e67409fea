using System.Collections.Frozen;

namespace MailStats.Ingest.Webhooks;

/// <summary>All providers that MailStats understands, by name.</summary>
internal sealed class WebhookProviders(IEnumerable<IWebhookProvider> providers)
{
    private readonly FrozenDictionary<string, IWebhookProvider> _byName = providers.ToFrozenDictionary(provider => provider.Name);

    public IEnumerable<string> Names => _byName.Keys.Order(StringComparer.Ordinal);

    public IWebhookProvider? Find(string name) => _byName.GetValueOrDefault(name);
}
