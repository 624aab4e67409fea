using System.Security.Claims;
using MailStats.Mail.Suppression;
using MailStats.ServiceDefaults;
using MailStats.Stores.Suppression;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Suppression;

/// <summary>For applications, before they send.</summary>
internal static class PostSuppressionCheck
{
    /// <summary>Addresses of one call.</summary>
    public const int Most = 10_000;

    /// <summary>4 MB: so many addresses of 320 characters.</summary>
    private const long LargestBody = 4 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/suppressions/check", HandleAsync)
        .WithName("checkSuppressions")
        .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestBody))
        .WithSummary("Which of these addresses are suppressed?")
        .WithDescription(
            "Up to 10,000 addresses a call; the answer holds those that are on the list, as they were asked, whatever the mode of the settings. "
            + "What is no address is on no list.");

    private static async Task<Results<Ok<SuppressionCheck>, ValidationProblem>> HandleAsync(
        SuppressionCheckBody body, ClaimsPrincipal caller, ISuppressionStore suppressions, CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var domain = SuppressionTexts.ReadDomain(body.Domain, problems);

        if (body.Addresses is not { Count: >= 1 and <= Most } || body.Addresses.Any(address => address is null))
        {
            problems.Add("addresses", $"must be 1 to {Most} addresses");
        }

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var known = body.Addresses!.Select(address => SuppressedAddress.Read(address, out _) ?? address).ToList();
        var found = await suppressions.CheckAsync(caller.TenantId(), domain, known, cancellationToken);

        return TypedResults.Ok(new SuppressionCheck
        {
            Suppressed = [.. found.Select(one =>
                new SuppressedItem { Address = body.Addresses![one.Place], Cause = one.Entry.Cause, Reason = one.Entry.Reason })],
        });
    }
}

/// <summary>Addresses to look up.</summary>
public sealed record SuppressionCheckBody
{
    /// <summary>1 to 10,000. Required.</summary>
    /// <example>["ann@example.net", "bob@example.net"]</example>
    public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>The sending domain; without it only entries that hold for all of the tenant's are looked up.</summary>
    public string? Domain { get; init; }
}

/// <summary>Those of the addresses that are suppressed, in the order they were asked.</summary>
public sealed record SuppressionCheck
{
    public required IReadOnlyList<SuppressedItem> Suppressed { get; init; }
}

/// <summary>An address that is not to be sent to.</summary>
public sealed record SuppressedItem
{
    /// <summary>As it was asked.</summary>
    /// <example>"ann@example.net"</example>
    public required string Address { get; init; }

    public required SuppressionCause Cause { get; init; }

    /// <summary>The classifier's reason, or what was written when it was added.</summary>
    /// <example>"recipient_unknown"</example>
    public required string? Reason { get; init; }
}
