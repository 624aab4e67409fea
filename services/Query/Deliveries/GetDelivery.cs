using System.ComponentModel;
using System.Security.Claims;
using MailStats.Mail.Deliveries;
using MailStats.ServiceDefaults;
using MailStats.Stores.Deliveries;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Deliveries;

internal static class GetDelivery
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/deliveries/{id}", HandleAsync)
        .WithName("getDelivery")
        .WithTags("Deliveries")
        .WithSummary("One delivery and what became of every attempt")
        .WithDescription(
            "All facts, every attempt with the server's words, what to do, what was superseded, what the quota was charged for. The id "
            + "stands in every row of the lists. Another tenant's delivery is as unknown as one that never was.")
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<Results<Ok<DeliveryDetails>, ProblemHttpResult>> HandleAsync(
        [Description("Id of the delivery, as it stands in the lists.")] string id,
        ClaimsPrincipal caller,
        ITrailStore trails,
        TrailSurroundings surroundings,
        CancellationToken cancellationToken)
    {
        if (!DeliveryId.TryParse(id, out var delivery) || await trails.FindAsync(caller.TenantId(), delivery, cancellationToken) is not { } kept)
        {
            return NotFound();
        }

        var around = await surroundings.ReadAsync(caller.TenantId(), kept.Delivery, cancellationToken);

        return TypedResults.Ok(TrailView.Of(delivery, kept, around));
    }

    public static ProblemHttpResult NotFound() => TypedResults.Problem(
        "This tenant has no such delivery. It may have been erased, or be older than deliveries are kept.", statusCode: StatusCodes.Status404NotFound);
}
