using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Mail.Search;

namespace MailStats.Stores.Tests;

/// <summary>What searches find, worked out by looking at every delivery.</summary>
internal sealed class Searched
{
    private readonly Dictionary<DeliveryKey, DeliveryState> _states = [];

    public static SearchQuery For(string? search) => SearchQuery.Parse(search, out var problem) ?? throw new InvalidOperationException(problem);

    public void Apply(IEnumerable<ClassifiedDelivery> deliveries)
    {
        foreach (var delivery in deliveries)
        {
            var key = DeliveryKey.Of(delivery.Event);

            if (!_states.TryGetValue(key, out var state))
            {
                _states[key] = state = new();
            }

            state.Merge(delivery);
        }
    }

    public IReadOnlyList<DeliverySummary> Deliveries(string tenant, SearchQuery search) =>
    [
        .. _states.Where(pair => pair.Key.TenantId == tenant && search.Matches(pair.Key.Recipient, pair.Value))
            .Where(pair => DeliveryLogView.ListedStatus(pair.Value) != DeliveryStatus.Unknown)
            .Select(pair => DeliveryLogView.Summary(DeliveryId.Of(pair.Key), pair.Key.Recipient, pair.Value))
            .OrderByDescending(delivery => delivery.OccurredAt).ThenByDescending(delivery => delivery.Id),
    ];

    public IReadOnlyList<(DateTimeOffset At, string Recipient, DeliveryStatus Status, string? Subject)> Activities(string tenant, SearchQuery search) =>
    [
        .. _states.Where(pair => pair.Key.TenantId == tenant && search.Matches(pair.Key.Recipient, pair.Value))
            .SelectMany(pair => Lines(pair.Key, pair.Value))
            .OrderByDescending(line => line.Shown.OccurredAt).ThenByDescending(line => line.Id).ThenByDescending(line => line.Shown.Status)
            .Select(line => (line.Shown.OccurredAt, line.Shown.Recipient, line.Shown.Status, line.Shown.Subject)),
    ];

    public IReadOnlyList<ErrorEvent> Errors(string tenant, SearchQuery search) =>
    [
        .. _states.Where(pair => pair.Key.TenantId == tenant && search.Matches(pair.Key.Recipient, pair.Value))
            .Where(pair => DeliveryLogView.IsFailure(pair.Value.Status()))
            .OrderByDescending(pair => pair.Value.StatusAt()).ThenByDescending(pair => DeliveryId.Of(pair.Key))
            .Select(pair => DeliveryLogView.ErrorEvent(DeliveryId.Of(pair.Key), pair.Key.Recipient, pair.Value)),
    ];

    private static IEnumerable<(DeliveryId Id, Activity Shown)> Lines(DeliveryKey key, DeliveryState state)
    {
        var earlier = new List<(DeliveryStatus Status, Outcome Outcome)>();
        state.AddEarlierActivities(earlier);

        return earlier.Select(activity => activity.Status).Prepend(state.Status()).Where(status => status != DeliveryStatus.Unknown)
            .Select(status => (DeliveryId.Of(key), DeliveryLogView.Activity(DeliveryId.Of(key), key.Recipient, state, status)));
    }
}
