using System.Security.Claims;
using MailStats.Mail.Quotas;
using MailStats.Policy.Decisions;
using MailStats.ServiceDefaults;
using MailStats.Stores.Quotas;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Policy.Http;

/// <summary>"Will it fit?": before a mailing is begun. Takes nothing.</summary>
internal static class PostCheck
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/quota/check", HandleAsync)
        .WithName("checkQuota").WithTags("Quota").WithSummary("Will this many recipients fit?");

    private static async Task<Results<Ok<QuotaCheck>, ValidationProblem>> HandleAsync(
        CheckBody body, ClaimsPrincipal user, SenderRegister senders, IQuotaStore quotas, CancellationToken cancellationToken)
    {
        if (body.Recipients is not (>= 1 and <= QuotaLimit.Most))
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["recipients"] = [$"must be 1 to {QuotaLimit.Most}"] });
        }

        if (body.Sender is { Length: > 320 } || body.Domain is { Length: > 253 })
        {
            var (field, most) = body.Sender is { Length: > 320 } ? ("sender", 320) : ("domain", 253);

            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { [field] = [$"must have at most {most} characters"] });
        }

        var scope = await senders.FindAsync(user, body.Sender, body.Domain, cancellationToken);
        var standings = await quotas.StandingsAsync(scope, cancellationToken);
        var limits = standings.Where(standing => standing.Limit is not null).ToList();
        var tight = limits.MinBy(standing => standing.Remaining);

        return TypedResults.Ok(new QuotaCheck(
            tight is null || tight.Fits(body.Recipients.Value),
            body.Recipients.Value,
            tight?.Remaining,
            tight?.Limit,
            tight?.Used,
            tight?.Reserved,
            limits.Where(standing => !standing.Fits(body.Recipients.Value)).Select(standing => (DateTimeOffset?)standing.Period.End).Max()
                ?? tight?.Period.End));
    }
}

/// <summary>How many recipients, and who sends.</summary>
public sealed record CheckBody
{
    /// <summary>Recipients, 1 or more. Required.</summary>
    public long? Recipients { get; init; }

    /// <summary>Sender's address, where limits of its domain and mailbox matter.</summary>
    public string? Sender { get; init; }

    /// <summary>Sending domain, where no sender is given.</summary>
    public string? Domain { get; init; }
}

/// <param name="Fits">True when all of them may be sent to now.</param>
/// <param name="Recipients">As asked.</param>
/// <param name="Remaining">What is left of the tightest limit; null without one.</param>
/// <param name="Limit">That limit.</param>
/// <param name="Used">Recipients accepted in its period.</param>
/// <param name="Reserved">Recipients let through that no log has shown yet.</param>
/// <param name="ResetsAt">When the limit that does not fit, else the tightest, is whole again.</param>
public sealed record QuotaCheck(bool Fits, long Recipients, long? Remaining, long? Limit, long? Used, long? Reserved, DateTimeOffset? ResetsAt);
