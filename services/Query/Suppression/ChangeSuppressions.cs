using System.ComponentModel;
using System.Security.Claims;
using MailStats.Mail.Suppression;
using MailStats.Mail.Time;
using MailStats.ServiceDefaults;
using MailStats.Stores.Suppression;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Suppression;

/// <summary>Entries made and removed by hand. When a call has answered, no MTA that asks lets the address through, or all do.</summary>
internal static class ChangeSuppressions
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/suppressions", AddAsync)
            .WithName("addSuppression")
            .WithSummary("Put an address on the suppression list")
            .WithDescription(
                "An entry that stays until it ends or is removed: no delivery lifts it. Added again with the same reason and end, nothing changes.")
            .LeavesAnEntry();
        routes.MapDelete("/v1/suppressions/{address}", RemoveAsync)
            .WithName("removeSuppression")
            .WithSummary("Take an address off the suppression list")
            .WithDescription(
                "Holds against everything that was acknowledged before, also what is not applied yet or is told again; remembered for an address that "
                + "is not on the list, too, which is answered with 404. A bounce or complaint that is acknowledged later puts the address back.")
            .LeavesAnEntry();
    }

    private static async Task<Results<Ok<SuppressionItem>, Created<SuppressionItem>, ValidationProblem>> AddAsync(
        SuppressionBody body, ClaimsPrincipal caller, ISuppressionStore suppressions, TimeProvider time, CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var cause = body.Cause is { } given && given != SuppressionCause.Unknown ? given : SuppressionCause.Manual;
        var addition = SuppressionTexts.Read(body.Address, body.Domain, null, body.Reason, null, cause, problems);

        if (body.ExpiresAt <= time.GetUtcNow())
        {
            problems.Add("expiresAt", "must be in the future");
        }

        if (problems.Any || addition is null)
        {
            return problems.Refusal();
        }

        var added = await suppressions.AddAsync(caller.TenantId(), [addition with { ExpiresAt = body.ExpiresAt }], tell: true, cancellationToken);
        var found = await suppressions.CheckAsync(caller.TenantId(), addition.Domain, [addition.Address], cancellationToken);

        // Somebody may have removed it in between; what was asked for was done all the same.
        var item = found.Count > 0
            ? SuppressionItem.Of(found[0].Entry)
            : SuppressionItem.Of(new(
                addition.Address, addition.Domain, cause, addition.Reason, null, null,
                UnixTime.FromMicroseconds(UnixTime.ToMicroseconds(time.GetUtcNow())), body.ExpiresAt));

        return added[0] ? TypedResults.Created($"/v1/suppressions?address={Uri.EscapeDataString(item.Address)}", item) : TypedResults.Ok(item);
    }

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> RemoveAsync(
        [Description("The address, in any case; or in the form in which the list shows it.")] string address,
        ClaimsPrincipal caller,
        ISuppressionStore suppressions,
        CancellationToken cancellationToken,
        [Description("The sending domain, for an entry that holds for one only.")] string? domain = null)
    {
        var problems = new FieldProblems();
        var whole = SuppressedAddress.Read(address, out var error) ?? problems.Refuse<string>("address", error ?? "is not an address");
        var own = SuppressionTexts.ReadDomain(domain, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        return await suppressions.RemoveAsync(caller.TenantId(), own, whole!, cancellationToken) ? TypedResults.NoContent() : TypedResults.NotFound();
    }
}

/// <summary>An address that is not to be sent to.</summary>
public sealed record SuppressionBody
{
    /// <summary>The address. Required.</summary>
    /// <example>"ann@example.net"</example>
    public string? Address { get; init; }

    /// <summary>The sending domain that it holds for; absent for all of the tenant's.</summary>
    public string? Domain { get; init; }

    /// <summary>Why, <c>manual</c> where absent. A <c>hardBounce</c> or <c>provider</c> entry is lifted by a later delivery.</summary>
    public SuppressionCause? Cause { get; init; }

    /// <summary>A note, up to 500 characters.</summary>
    /// <example>"asked us by phone"</example>
    public string? Reason { get; init; }

    /// <summary>When it ends, absent for what the settings say of its cause.</summary>
    /// <example>"2027-03-25T09:12:44Z"</example>
    public DateTimeOffset? ExpiresAt { get; init; }
}
