using System.Collections.Concurrent;
using System.Text;
using MailStats.Mail.Addresses;
using MailStats.ServiceDefaults;
using MailStats.Stores.Upkeep;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Admin;

/// <summary>A person to be erased.</summary>
public sealed record NewErasure
{
    /// <summary>Address of the person. Required.</summary>
    /// <example>"ann@example.net"</example>
    public string? Address { get; init; }
}

/// <summary>What proves that a person was erased, without naming them.</summary>
public sealed record ErasureReceiptView
{
    public required Guid Id { get; init; }

    /// <summary>Keyed hash of the address, in hexadecimal: the same at every erasure of this address.</summary>
    /// <example>"5d41402abc4b2a76b9719d91"</example>
    public required string AddressHash { get; init; }

    public required DateTimeOffset ErasedAt { get; init; }

    /// <summary>Deliveries that were removed.</summary>
    public required long Deliveries { get; init; }
}

/// <summary>Removes what is kept about a person (GDPR Article 17): the same as the aggregator's command.</summary>
internal static class AdministerErasures
{
    public static void Map(IEndpointRouteBuilder admin, IEndpointRouteBuilder operators)
    {
        admin.MapPost("/erasures", EraseAsync).WithName("erasePerson").WithSummary("Erase a person")
            .WithDescription(
                "Removes every delivery to an address, in any case and whatever form addresses are kept in. Totals stay. What comes again "
                + "later of these deliveries is not taken in again. Neither the receipt nor the audit log names the address. In a large "
                + "store it takes a while, and it goes on when the caller does not wait; to ask again is harmless.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        operators.MapPost("/tenants/{tenant}/erasures", EraseAsync).WithName("erasePersonOfTenant").WithSummary("Erase a person from a tenant's mail")
            .WithDescription("For operators: the same for another tenant.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<ErasureReceiptView>, ValidationProblem, ProblemHttpResult>> EraseAsync(
        AddressedTenant whose,
        NewErasure body,
        HttpContext http,
        IErasureStore erasures,
        ErasuresUnderWay underWay,
        IHostApplicationLifetime lifetime,
        CancellationToken cancellationToken)
    {
        if (!await whose.ExistsAsync(cancellationToken))
        {
            return AdministerTenants.NotFound();
        }

        var problems = new FieldProblems();
        var address = ReadAddress(body.Address ?? "", problems);

        if (address is null)
        {
            return problems.Refusal();
        }

        if (!underWay.Begin(whose.Id))
        {
            return TypedResults.Problem(
                "Another erasure of this tenant is under way. Ask again when it has ended.", statusCode: StatusCodes.Status409Conflict);
        }

        try
        {
            // A caller that does not wait for the end is no reason to leave half of it.
            var receipt = await erasures.EraseAsync(whose.Id, address, lifetime.ApplicationStopping);
            http.AddAuditDetail("receipt", receipt.Id.ToString());
            http.AddAuditDetail("addressHash", receipt.AddressHash);

            return TypedResults.Ok(new ErasureReceiptView
            {
                Id = receipt.Id,
                AddressHash = receipt.AddressHash,
                ErasedAt = receipt.ErasedAt,
                Deliveries = receipt.Deliveries,
            });
        }
        finally
        {
            underWay.End(whose.Id);
        }
    }

    /// <summary>Also what is no address, as mail servers' logs have it: it was kept, so it can be erased.</summary>
    private static string? ReadAddress(string text, FieldProblems problems) =>
        EmailAddress.Read(text, out _)
        ?? (Encoding.UTF8.GetByteCount(text) > EmailAddress.MaxOctets
            ? problems.Refuse<string>("address", $"is longer than {EmailAddress.MaxOctets} octets")
            : EmailAddress.Keep(text) ?? problems.Refuse<string>("address", "is required, for example ann@example.net"));
}

/// <summary>One erasure at a time for a tenant: each reads the whole store.</summary>
internal sealed class ErasuresUnderWay
{
    private readonly ConcurrentDictionary<string, bool> _tenants = new(StringComparer.Ordinal);

    /// <summary>False when there is one already.</summary>
    public bool Begin(string tenantId) => _tenants.TryAdd(tenantId, true);

    public void End(string tenantId) => _tenants.TryRemove(tenantId, out _);
}
