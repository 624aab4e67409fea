using System.ComponentModel;
using System.Security.Claims;
using MailStats.Mail.Deliveries;
using MailStats.Query.Deliveries;
using MailStats.ServiceDefaults;
using MailStats.Stores.Deliveries;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Links;

/// <summary>A link to be made.</summary>
public sealed record NewDeliveryLink
{
    /// <summary>Days that it works, 1 to 90. Required.</summary>
    /// <example>14</example>
    public int? Days { get; init; }

    /// <summary>True shows addresses as they are kept; else only first letter and domain.</summary>
    public bool? Unmasked { get; init; }
}

/// <summary>A link that was made.</summary>
public sealed record MadeDeliveryLink
{
    /// <summary>Opens the page of the delivery without a key.</summary>
    /// <example>"https://mail.shop.example/links/Zk3vQ1n8bXJ0c2VjcmV0"</example>
    public required string Url { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>Makes links that need no key, and withdraws them.</summary>
internal static class PostDeliveryLink
{
    private const int MostDays = 90;

    public static void Map(IEndpointRouteBuilder routes, IEndpointRouteBuilder admin)
    {
        routes.MapPost("/v1/deliveries/{id}/links", HandleAsync)
            .WithName("makeDeliveryLink")
            .WithTags("Deliveries")
            .WithSummary("Make a link that needs no key")
            .WithDescription(
                "The link shows this one delivery to whoever has it, until it expires or the tenant's links are withdrawn. Addresses are "
                + "masked unless asked otherwise. Leaves an entry in the audit log.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .LeavesAnEntry();
        admin.MapPost("/links/withdraw", WithdrawAsync)
            .WithName("withdrawDeliveryLinks")
            .WithSummary("Withdraw every link of the tenant")
            .WithDescription("Another link key takes the place of the one that all links were signed with. Links that are made afterwards work.");
    }

    private static async Task<Results<Ok<MadeDeliveryLink>, ValidationProblem, ProblemHttpResult>> HandleAsync(
        [Description("Id of the delivery, as it stands in the lists.")] string id,
        NewDeliveryLink body,
        ClaimsPrincipal caller,
        HttpContext http,
        ITrailStore trails,
        DeliveryLinks links,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (body.Days is not (>= 1 and <= MostDays))
        {
            var problems = new FieldProblems();
            problems.Add("days", $"must be a whole number from 1 to {MostDays}");

            return problems.Refusal();
        }

        if (!DeliveryId.TryParse(id, out var delivery) || await trails.FindAsync(caller.TenantId(), delivery, cancellationToken) is null)
        {
            return GetDelivery.NotFound();
        }

        var expires = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().AddDays(body.Days.Value).ToUnixTimeSeconds());
        var unmasked = body.Unmasked ?? false;
        http.AddAuditDetail("expiresAt", expires.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
        http.AddAuditDetail("unmasked", unmasked ? "true" : "false");
        var text = await links.MakeAsync(new(caller.TenantId(), delivery, expires, unmasked), cancellationToken);

        return TypedResults.Ok(new MadeDeliveryLink { Url = $"{http.Request.PublicOrigin()}{GetLinkedDelivery.Path}/{text}", ExpiresAt = expires });
    }

    private static async Task<NoContent> WithdrawAsync(ClaimsPrincipal caller, SignedLinks links, CancellationToken cancellationToken)
    {
        await links.WithdrawAllAsync(caller.TenantId(), cancellationToken);

        return TypedResults.NoContent();
    }
}
