using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Suppression;
using MailStats.Mail.Time;
using MailStats.Stores.Incidents;
using MailStats.Stores.Suppression;

namespace MailStats.Query.Deliveries;

/// <summary>What other parts of MailStats know of a delivery.</summary>
/// <param name="Suppression">The recipient's entry in the suppression list.</param>
/// <param name="Incidents">Ids of the incidents that it belongs to.</param>
internal sealed record Surroundings(DeliverySuppression? Suppression, IReadOnlyList<string> Incidents);

/// <summary>
/// The one place where the page of a delivery asks beyond the delivery itself. A part that keeps something about a recipient or
/// about many deliveries at once is asked here, by its store.
/// </summary>
internal sealed class TrailSurroundings(ISuppressionStore suppressions, IIncidentStore incidents)
{
    // More have hardly ever been open in one place while one message was tried.
    private const int MostIncidents = 50;

    public async ValueTask<Surroundings> ReadAsync(string tenantId, StoredDelivery delivery, CancellationToken cancellationToken) =>
        new(await SuppressionAsync(tenantId, delivery, cancellationToken), await IncidentsAsync(tenantId, delivery.State, cancellationToken));

    private async Task<DeliverySuppression?> SuppressionAsync(string tenantId, StoredDelivery delivery, CancellationToken cancellationToken)
    {
        var domain = delivery.State.Mailbox()?.Domain;

        return await suppressions.CheckAsync(tenantId, domain, [delivery.Recipient], cancellationToken) is [var found, ..] ? Of(found.Entry) : null;
    }

    /// <summary>It failed in their place, while they were open, with a reply of theirs.</summary>
    private async Task<IReadOnlyList<string>> IncidentsAsync(string tenantId, DeliveryState state, CancellationToken cancellationToken)
    {
        var failures = state.Trail.Where(attempt => attempt.Kind != DeliveryEventKind.Delivered).ToArray();

        if (failures.Length == 0 || state.Mailbox() is not { } mailbox)
        {
            return [];
        }

        var query = new IncidentQuery
        {
            TenantId = tenantId,
            Domain = mailbox.Domain,
            Provider = state.Provider,
            Range = new(At(failures.MinBy(attempt => attempt.At)!), At(failures.MaxBy(attempt => attempt.At)!).AddTicks(TimeSpan.TicksPerMillisecond)),
            Limit = MostIncidents,
        };

        return
        [
            .. (await incidents.ListAsync(query, cancellationToken)).Select(stored => stored.Incident)
                .Where(incident => failures.Any(attempt => Belongs(attempt, incident))).Select(incident => incident.Id),
        ];
    }

    private static bool Belongs(Outcome attempt, Incident incident) =>
        At(attempt) >= incident.StartedAt
        && (incident.ClosedAt is not { } closed || At(attempt) < closed)
        && (incident.OutgoingIp is null || incident.OutgoingIp == attempt.OutgoingIp)
        && incident.Replies.Any(reply => reply.SmtpCode == attempt.ReplyCode && reply.EnhancedCode == attempt.EnhancedCode);

    private static DateTimeOffset At(Outcome attempt) => UnixTime.FromMicroseconds(attempt.At);

    private static DeliverySuppression Of(SuppressionEntry entry) => new()
    {
        Address = entry.Address,
        Domain = entry.Domain,
        Cause = entry.Cause,
        Reason = entry.Reason,
        CreatedAt = entry.CreatedAt,
        ExpiresAt = entry.ExpiresAt,
    };
}
