using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;

namespace MailStats.Stores.Lists;

/// <summary>
/// Lists of single deliveries: pages with cursors that stay right while rows arrive. What a search finds is what
/// <see cref="Mail.Search.SearchQuery"/> says of each delivery as it is kept now, whatever the index has taken in.
/// </summary>
public interface IDeliveryLog
{
    /// <summary>Latest first. A delivery that was reversed (delivered, then bounced) is listed twice.</summary>
    Task<Page<Activity>> ActivitiesAsync(ActivityQuery query, CancellationToken cancellationToken);

    /// <summary>Deferred, bounced and rejected deliveries, latest first.</summary>
    Task<Page<ErrorEvent>> ErrorEventsAsync(ErrorEventQuery query, CancellationToken cancellationToken);

    /// <summary>Every delivery once, by the time at which it came to its status, the latest first; of one time by id.</summary>
    Task<Page<DeliverySummary>> DeliveriesAsync(DeliveryQuery query, CancellationToken cancellationToken);

    /// <summary>The latest failure with this reason and these codes, as an example; null where none is kept any more.</summary>
    Task<ErrorEvent?> ExampleAsync(StatisticsScope scope, ReasonCount reason, CancellationToken cancellationToken);
}
