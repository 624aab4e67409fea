using System.Text.RegularExpressions;
using MailStats.Query.Names;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Admin;

/// <summary>A tenant: everything else belongs to one.</summary>
public sealed record TenantView
{
    /// <example>"shop"</example>
    public required string Id { get; init; }

    /// <example>"Shop Ltd."</example>
    public required string Name { get; init; }

    /// <summary>IANA zone that days are cut in unless a request names another.</summary>
    /// <example>"Europe/Berlin"</example>
    public required string TimeZone { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    internal static TenantView Of(Tenant tenant) => new() { Id = tenant.Id, Name = tenant.Name, TimeZone = tenant.TimeZone, CreatedAt = tenant.CreatedAt };
}

/// <summary>All tenants, by id.</summary>
public sealed record TenantList
{
    public required IReadOnlyList<TenantView> Items { get; init; }
}

/// <summary>What can be changed of a tenant.</summary>
public sealed record TenantChange
{
    /// <summary>1 to 200 characters.</summary>
    /// <example>"Shop Ltd."</example>
    public string? Name { get; init; }

    /// <summary>IANA zone.</summary>
    /// <example>"Europe/Berlin"</example>
    public string? TimeZone { get; init; }
}

/// <summary>A tenant to be made.</summary>
public sealed record NewTenant
{
    /// <summary>Lower-case letters, digits and hyphens, 1 to 63 characters, beginning and ending with a letter or digit. Cannot be changed later.</summary>
    /// <example>"shop"</example>
    public string? Id { get; init; }

    /// <summary>1 to 200 characters.</summary>
    /// <example>"Shop Ltd."</example>
    public string? Name { get; init; }

    /// <summary>IANA zone.</summary>
    /// <example>"Europe/Berlin"</example>
    public string? TimeZone { get; init; }
}

/// <summary>The own tenant for administrators, every tenant for operators.</summary>
internal static partial class AdministerTenants
{
    // Milliseconds for one match, which takes microseconds: a text that makes it slow is given up.
    private const int FormMilliseconds = 1000;

    public static void Map(IEndpointRouteBuilder admin, IEndpointRouteBuilder operators)
    {
        admin.MapGet("/tenant", GetAsync).WithName("getTenant").WithSummary("The own tenant")
            .WithDescription("Name and time zone of the caller's tenant.").ProducesProblem(StatusCodes.Status404NotFound).TellsVersion();
        admin.MapPut("/tenant", SaveAsync).WithName("saveTenant").WithSummary("Change the own tenant")
            .WithDescription("Sets name and time zone of the caller's tenant.").ProducesProblem(StatusCodes.Status404NotFound).TakesVersion();

        operators.MapGet("/tenants", ListAsync).WithName("listTenants").WithSummary("All tenants").WithDescription("For operators.");
        operators.MapPost("/tenants", AddAsync).WithName("addTenant").WithSummary("Make a tenant")
            .WithDescription("For operators. Give it a key of its own next. 409 when there is one of this id.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        operators.MapGet("/tenants/{tenant}", GetAsync).WithName("getTenantById").WithSummary("One tenant")
            .WithDescription("For operators.").ProducesProblem(StatusCodes.Status404NotFound).TellsVersion();
        operators.MapPut("/tenants/{tenant}", SaveAsync).WithName("saveTenantById").WithSummary("Change a tenant")
            .WithDescription("For operators. Sets name and time zone.").ProducesProblem(StatusCodes.Status404NotFound).TakesVersion();
    }

    public static ProblemHttpResult NotFound() => TypedResults.Problem("There is no such tenant.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<Ok<TenantList>> ListAsync(ITenantStore tenants, CancellationToken cancellationToken) =>
        TypedResults.Ok(new TenantList { Items = [.. (await tenants.ListAsync(cancellationToken)).Select(TenantView.Of)] });

    private static async Task<Results<Ok<TenantView>, ProblemHttpResult>> GetAsync(
        AddressedTenant whose, HttpContext http, ITenantStore tenants, CancellationToken cancellationToken) =>
        await tenants.FindAsync(whose.Id, cancellationToken) is { } found ? http.OkWithVersion(TenantView.Of(found)) : NotFound();

    private static async Task<Results<Created<TenantView>, ValidationProblem, ProblemHttpResult>> AddAsync(
        NewTenant body, HttpContext http, ITenantStore tenants, TimeProvider time, CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var id = body.Id is not null && IdForm().IsMatch(body.Id)
            ? body.Id
            : problems.Refuse<string>("id", "must be 1 to 63 lower-case letters, digits and hyphens, beginning and ending with a letter or digit");
        var name = Texts.ReadName("name", body.Name, problems);
        var zone = Texts.ReadZone(body.TimeZone, problems);

        if (id is null || name is null || zone is null)
        {
            return problems.Refusal();
        }

        http.AddAuditDetail("id", id);
        var tenant = new Tenant(id, name, zone.Id, time.GetUtcNow());

        return await tenants.AddAsync(tenant, cancellationToken)
            ? TypedResults.Created($"/v1/admin/tenants/{id}", TenantView.Of(tenant))
            : TypedResults.Problem("There is a tenant of this id.", statusCode: StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Ok<TenantView>, ValidationProblem, ProblemHttpResult>> SaveAsync(
        AddressedTenant whose, TenantChange body, HttpContext http, ITenantStore tenants, CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var name = Texts.ReadName("name", body.Name, problems);
        var zone = Texts.ReadZone(body.TimeZone, problems);

        if (name is null || zone is null)
        {
            return problems.Refusal();
        }

        if (await tenants.FindAsync(whose.Id, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        http.AddAuditDetail("name", name);
        http.AddAuditDetail("timeZone", zone.Id);
        var changed = found with { Name = name, TimeZone = zone.Id };
        var demanded = http.VersionDemanded<TenantView>();

        return await tenants.ReplaceAsync(changed, now => now is null || demanded(TenantView.Of(now)), cancellationToken)
            ? http.OkWithVersion(TenantView.Of(changed))
            : SettingsVersions.Overtaken();
    }

    [GeneratedRegex(
        @"\A[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, FormMilliseconds)]
    private static partial Regex IdForm();
}
