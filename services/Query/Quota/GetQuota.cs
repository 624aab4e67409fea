using System.Security.Claims;
using MailStats.Mail.Addresses;
using MailStats.Mail.Quotas;
using MailStats.Mail.Statistics;
using MailStats.ServiceDefaults;
using MailStats.Stores.Quotas;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Quota;

/// <summary>How much of the quota is taken: the tenant's, or with <c>domain</c> or <c>mailbox</c> that of the tightest limit on it.</summary>
internal static class GetQuota
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/quota", HandleAsync)
        .WithName("getQuota").WithTags("Quota").WithSummary("The quota bar: limit, used, level, reset and projected exhaustion")
        .WithDescription("Of the tenant, or with `domain` or `mailbox` of the tightest limit on it. `blue` up to 80 %, `orange` above, `red` from 100 % on: mail is blocked.");

    private static async Task<Results<Ok<QuotaState>, ValidationProblem>> HandleAsync(
        ClaimsPrincipal user, IQuotaStore quotas, TimeProvider time, CancellationToken cancellationToken, string? domain = null, string? mailbox = null)
    {
        if (!QuotaScope.TryRead(user.TenantId(), domain, mailbox, out var scope, out var problems))
        {
            return TypedResults.ValidationProblem(problems);
        }

        var standings = await quotas.StandingsAsync(scope, cancellationToken);

        return TypedResults.Ok(QuotaState.Of(standings, time.GetUtcNow()));
    }
}

/// <summary>A tenant, a domain or a mailbox out of a call's parameters.</summary>
internal static class QuotaScope
{
    /// <summary>A limit out of a call's body.</summary>
    public static bool TryReadLimit(string tenantId, QuotaBody body, out QuotaLimit limit, out Dictionary<string, string[]> problems)
    {
        TryRead(tenantId, body.Domain, body.Mailbox, out var scope, out problems);

        if (body.Limit is not (>= 0 and <= QuotaLimit.Most))
        {
            problems["limit"] = [$"must be 0 to {QuotaLimit.Most}"];
        }

        if (body.Window is not (QuotaWindow.Month or QuotaWindow.Day))
        {
            problems["window"] = ["must be month or day"];
        }

        limit = new(scope, body.Window, body.Limit ?? 0, body.Temporary);

        return problems.Count == 0;
    }

    public static bool TryRead(string tenantId, string? domain, string? mailbox, out StatisticsScope scope, out Dictionary<string, string[]> problems)
    {
        problems = [];
        scope = new(tenantId);

        if (!string.IsNullOrWhiteSpace(mailbox))
        {
            var address = Mailbox.Of(null, mailbox);

            if (mailbox.Length > 320 || address is not { } known || !mailbox.Contains('@', StringComparison.Ordinal) || known == Mailbox.Unknown || known.Domain.Length == 0)
            {
                problems["mailbox"] = ["is not an address"];
            }
            else if (!string.IsNullOrWhiteSpace(domain) && Mailbox.DomainInAscii(domain.Trim()) != known.Domain)
            {
                problems["mailbox"] = ["is not in the domain that was given"];
            }
            else
            {
                scope = new(tenantId, known.Domain, known.Address);
            }
        }
        else if (!string.IsNullOrWhiteSpace(domain))
        {
            var name = Mailbox.DomainInAscii(domain.Trim());

            if (name.Length is 0 or > 253 || name.Any(character => character is '@' or <= ' ' or '\x7f'))
            {
                problems["domain"] = ["is not a domain"];
            }
            else
            {
                scope = new(tenantId, name);
            }
        }

        return problems.Count == 0;
    }
}
