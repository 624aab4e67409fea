using System.Security.Claims;
using MailStats.Query.Lists;
using MailStats.Query.Names;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Attempts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace MailStats.Query.Attempts;

internal static class GetWaiting
{
    private const string Provider = "provider";
    private const string Domain = "domain";

    public static readonly IReadOnlyList<string> Words = [Provider, Domain];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/waiting", HandleAsync)
        .WithName("getWaiting")
        .WithTags("Statistics")
        .WithSummary("What is in the queues now")
        .WithDescription(
            "Recipients that were accepted or deferred and have no end yet, by receiving provider or sending domain. "
            + "What was not heard of for days (`leftOpenAfterDays`) is told apart as `leftOpen`: nobody tries it any more.");

    private static async Task<Results<Ok<WaitingList>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal caller,
        [FromQuery(Name = "by")] string? by,
        [FromQuery(Name = "domain")] string? domainText,
        [FromQuery(Name = "limit")] string? limitText,
        IAttemptStore store,
        IOptions<QueryOptions> options,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var domain = MailNames.ReadDomain(domainText, problems);
        var limit = ListLimits.Statistics.Read(limitText, problems);

        if (by is not null && !Words.Contains(by))
        {
            problems.Add("by", $"must be one of {string.Join(", ", Words)}");
        }

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var heardSince = time.GetUtcNow().AddDays(-options.Value.LeftOpenAfterDays);
        var groups = new Dictionary<string, Group>(StringComparer.Ordinal);
        var leftOpen = 0L;
        await store.ReadWaitingAsync(
            new(caller.TenantId(), domain),
            delivery =>
            {
                if (delivery.LastHeardAt < heardSince)
                {
                    leftOpen++;
                    return;
                }

                var name = by == Domain ? delivery.Domain : delivery.Provider;

                if (!groups.TryGetValue(name, out var group))
                {
                    groups.Add(name, group = new());
                }

                group.Add(delivery);
            },
            cancellationToken);

        return TypedResults.Ok(new WaitingList
        {
            Items =
            [
                .. groups.OrderByDescending(group => group.Value.Waiting).ThenBy(group => group.Key, StringComparer.Ordinal).Take(limit)
                    .Select(group => group.Value.ToItem(by == Domain ? null : group.Key, by == Domain ? group.Key : null)),
            ],
            LeftOpen = leftOpen,
            LeftOpenAfterDays = options.Value.LeftOpenAfterDays,
        });
    }

    private sealed class Group
    {
        private readonly SortedDictionary<string, long> _reasons = new(StringComparer.Ordinal);
        private DateTimeOffset _oldest = DateTimeOffset.MaxValue;

        public long Waiting { get; private set; }

        public void Add(in WaitingDelivery delivery)
        {
            Waiting++;
            _oldest = delivery.AcceptedAt < _oldest ? delivery.AcceptedAt : _oldest;

            if (delivery.Reason is { } reason)
            {
                _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
            }
        }

        public WaitingGroup ToItem(string? provider, string? domain) => new()
        {
            Provider = provider,
            Domain = domain,
            Waiting = Waiting,
            OldestAcceptedAt = _oldest,
            Reason = _reasons.Count > 0 ? _reasons.MaxBy(reason => reason.Value).Key : null,
        };
    }
}
