using System.Security.Claims;
using MailStats.Mail.Addresses;
using MailStats.Query.Domains;
using MailStats.Query.Names;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Admin;

/// <summary>A domain that is registered to the tenant.</summary>
public sealed record DomainView
{
    /// <summary>Lower-case ASCII form.</summary>
    /// <example>"shop.example"</example>
    public required string Domain { get; init; }

    public required bool Validated { get; init; }

    public required DateTimeOffset? ValidatedAt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Name of the TXT record that proves ownership.</summary>
    /// <example>"_mailstats.shop.example"</example>
    public required string RecordName { get; init; }

    /// <summary>Text of that record.</summary>
    /// <example>"mailstats-verification=0f1e2d3c4b5a69788796a5b4c3d2e1f0"</example>
    public required string RecordText { get; init; }
}

/// <summary>Domains registered to the tenant, by name.</summary>
public sealed record DomainRegister
{
    public required IReadOnlyList<DomainView> Items { get; init; }
}

/// <summary>A domain to be registered.</summary>
public sealed record NewDomain
{
    /// <summary>In ASCII form or as it is written.</summary>
    /// <example>"shop.example"</example>
    public string? Domain { get; init; }
}

internal static class AdministerDomains
{
    private const int MostDomains = 10_000;

    public static void Map(IEndpointRouteBuilder admin, IEndpointRouteBuilder operators)
    {
        admin.MapGet("/domains", ListAsync).WithName("listDomains").WithSummary("Domains registered to the tenant")
            .WithDescription("With the TXT record that proves each to be the tenant's.");
        admin.MapPost("/domains", AddAsync).WithName("addDomain").WithSummary("Register a domain")
            .WithDescription(
                "It counts as validated once its owner has set the TXT record, or an operator has vouched for it. "
                + "Registering one again changes nothing.");
        admin.MapDelete("/domains/{domain}", RemoveAsync).WithName("removeDomain").WithSummary("Give up a domain")
            .WithDescription("Its statistics stay.").ProducesProblem(StatusCodes.Status404NotFound);
        admin.MapPost("/domains/{domain}/validation", ValidateAsync).WithName("validateDomain").WithSummary("Have a domain validated")
            .WithDescription(
                "Looks for the TXT record where the server has a resolver; else only an operator's word counts. "
                + "409 when the record is not there, or the domain is validated for another tenant.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        operators.MapPost("/tenants/{tenant}/domains/{domain}/validation", VouchAsync).WithName("vouchForDomain").WithSummary("Vouch for a tenant's domain")
            .WithDescription("For operators: registers the domain where needed and validates it without a record.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<DomainRegister>> ListAsync(
        ClaimsPrincipal caller, ITenantStore tenants, DomainProof proof, CancellationToken cancellationToken)
    {
        var views = new List<DomainView>();

        foreach (var domain in await tenants.DomainsAsync(caller.TenantId(), cancellationToken))
        {
            views.Add(await ViewAsync(domain, proof, cancellationToken));
        }

        return TypedResults.Ok(new DomainRegister { Items = views });
    }

    private static async Task<Results<Ok<DomainView>, ValidationProblem>> AddAsync(
        ClaimsPrincipal caller,
        NewDomain body,
        HttpContext http,
        ITenantStore tenants,
        DomainProof proof,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var registered = await tenants.DomainsAsync(caller.TenantId(), cancellationToken);
        var name = MailNames.ReadDomain(body.Domain ?? "", problems);

        if (name is not null && registered.Count >= MostDomains)
        {
            problems.Add("domain", $"would be one too many: a tenant has at most {MostDomains} domains");
        }

        if (problems.Any || name is null)
        {
            return problems.Refusal();
        }

        http.AddAuditDetail("domain", name);
        var domain = registered.FirstOrDefault(known => known.Domain == name);

        if (domain is null)
        {
            domain = new SendingDomain(caller.TenantId(), name, null, time.GetUtcNow());
            await tenants.SaveDomainAsync(domain, cancellationToken);
        }

        return TypedResults.Ok(await ViewAsync(domain, proof, cancellationToken));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        [FromRoute(Name = "domain")] string domain, ClaimsPrincipal caller, ITenantStore tenants, CancellationToken cancellationToken) =>
        DomainName.Read(domain, out _) is { } name && await tenants.RemoveDomainAsync(caller.TenantId(), name, cancellationToken)
            ? TypedResults.NoContent()
            : KnownDomains.NotFound();

    private static async Task<Results<Ok<DomainView>, ProblemHttpResult>> ValidateAsync(
        [FromRoute(Name = "domain")] string domain,
        ClaimsPrincipal caller,
        ITenantStore tenants,
        DomainProof proof,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var name = DomainName.Read(domain, out _);
        var registered = (await tenants.DomainsAsync(caller.TenantId(), cancellationToken)).FirstOrDefault(known => known.Domain == name);

        if (registered is null)
        {
            return KnownDomains.NotFound();
        }

        if (registered.ValidatedAt is not null)
        {
            return TypedResults.Ok(await ViewAsync(registered, proof, cancellationToken));
        }

        if (!proof.CanAsk && !caller.HasScope(Scopes.Operator))
        {
            return TypedResults.Problem("This server has no resolver: an operator validates domains.", statusCode: StatusCodes.Status403Forbidden);
        }

        try
        {
            if (proof.CanAsk && !await proof.IsRecordSetAsync(registered.TenantId, registered.Domain, cancellationToken))
            {
                var text = await proof.RecordTextAsync(registered.TenantId, registered.Domain, cancellationToken);

                return TypedResults.Problem(
                    $"There is no TXT record {DomainProof.RecordName(registered.Domain)} with the text {text}.",
                    statusCode: StatusCodes.Status409Conflict);
            }
        }
        catch (Exception error) when (error is HttpRequestException || (error is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return TypedResults.Problem("The resolver could not be asked. Try again later.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        return await SaveAsync(registered with { ValidatedAt = time.GetUtcNow() }, tenants, proof, cancellationToken);
    }

    private static async Task<Results<Ok<DomainView>, ProblemHttpResult>> VouchAsync(
        AddressedTenant whose,
        [FromRoute(Name = "domain")] string domain,
        ITenantStore tenants,
        DomainProof proof,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (!await whose.ExistsAsync(cancellationToken))
        {
            return AdministerTenants.NotFound();
        }

        if (DomainName.Read(domain, out _) is not { } name)
        {
            return KnownDomains.NotFound();
        }

        var registered = (await tenants.DomainsAsync(whose.Id, cancellationToken)).FirstOrDefault(known => known.Domain == name)
            ?? new SendingDomain(whose.Id, name, null, time.GetUtcNow());

        return await SaveAsync(registered with { ValidatedAt = registered.ValidatedAt ?? time.GetUtcNow() }, tenants, proof, cancellationToken);
    }

    private static async Task<Results<Ok<DomainView>, ProblemHttpResult>> SaveAsync(
        SendingDomain domain, ITenantStore tenants, DomainProof proof, CancellationToken cancellationToken) =>
        await tenants.SaveDomainAsync(domain, cancellationToken)
            ? TypedResults.Ok(await ViewAsync(domain, proof, cancellationToken))
            : TypedResults.Problem("The domain is validated for another tenant, which has to give it up first.", statusCode: StatusCodes.Status409Conflict);

    private static async Task<DomainView> ViewAsync(SendingDomain domain, DomainProof proof, CancellationToken cancellationToken) => new()
    {
        Domain = domain.Domain,
        Validated = domain.ValidatedAt is not null,
        ValidatedAt = domain.ValidatedAt,
        CreatedAt = domain.CreatedAt,
        RecordName = DomainProof.RecordName(domain.Domain),
        RecordText = await proof.RecordTextAsync(domain.TenantId, domain.Domain, cancellationToken),
    };
}
