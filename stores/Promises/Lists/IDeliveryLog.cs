using MailStats.Mail.Lists;
using MailStats.Mail.Statistics;

namespace MailStats.Stores.Lists;

/// <summary>Lists of single deliveries: index-ordered pages with cursors that stay right while rows arrive.</summary>
public interface IDeliveryLog
{
    /// <summary>Latest first. A delivery that was reversed (delivered, then bounced) stands in the list twice.</summary>
    Task<Page<Activity>> ActivitiesAsync(ActivityQuery query, CancellationToken cancellationToken);

    /// <summary>Deferred, bounced and rejected deliveries, latest first.</summary>
    Task<Page<ErrorEvent>> ErrorEventsAsync(ErrorEventQuery query, CancellationToken cancellationToken);

    /// <summary>The latest failure with this reason and these codes, as an example; null where none is kept any more.</summary>
    Task<ErrorEvent?> ExampleAsync(StatisticsScope scope, ReasonCount reason, CancellationToken cancellationToken);
}
