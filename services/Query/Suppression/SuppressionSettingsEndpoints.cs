using System.ComponentModel;
using System.Security.Claims;
using MailStats.Mail.Suppression;
using MailStats.ServiceDefaults;
using MailStats.Stores.Suppression;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Suppression;

/// <summary>What is done with the list, for the tenant or one of its sending domains.</summary>
internal static class SuppressionSettingsEndpoints
{
    public static void MapGet(IEndpointRouteBuilder routes) => routes.MapGet("/v1/settings/suppression", GetAsync)
        .WithName("getSuppressionSettings")
        .WithTags("Suppression")
        .WithSummary("What is done with the suppression list")
        .TellsVersion();

    public static void MapPut(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1/settings/suppression", PutAsync)
            .WithName("putSuppressionSettings")
            .WithTags("Suppression")
            .WithSummary("Set what is done with the suppression list; holds from the answer on")
            .TakesVersion();
        routes.MapDelete("/v1/settings/suppression", DeleteAsync)
            .WithName("deleteSuppressionSettings")
            .WithTags("Suppression")
            .WithSummary("Let a sending domain follow the tenant's settings again");
    }

    private static async Task<Results<Ok<SuppressionSettingsView>, ValidationProblem>> GetAsync(
        HttpContext http,
        ISuppressionStore suppressions,
        CancellationToken cancellationToken,
        [Description("A sending domain: its own settings, else the tenant's.")] string? domain = null)
    {
        var problems = new FieldProblems();
        var own = SuppressionTexts.ReadDomain(domain, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var settings = own is null ? null : await suppressions.OwnSettingsAsync(http.User.TenantId(), own, cancellationToken);
        settings ??= await suppressions.OwnSettingsAsync(http.User.TenantId(), null, cancellationToken) ?? new();

        return http.OkWithVersion(SuppressionSettingsView.Of(settings));
    }

    private static async Task<Results<Ok<SuppressionSettingsView>, ValidationProblem, ProblemHttpResult>> PutAsync(
        SuppressionSettingsBody body,
        HttpContext http,
        ISuppressionStore suppressions,
        CancellationToken cancellationToken,
        [Description("A sending domain that is to have settings of its own; absent for the tenant.")] string? domain = null)
    {
        var problems = body.FindProblems();
        var own = SuppressionTexts.ReadDomain(domain, problems);

        if (problems.Any)
        {
            return problems.Refusal();
        }

        var settings = body.ToSettings();
        var demanded = http.VersionDemanded<SuppressionSettingsView>();

        return await suppressions.ReplaceSettingsAsync(
            http.User.TenantId(), own, settings, now => demanded(SuppressionSettingsView.Of(now)), cancellationToken)
            ? http.OkWithVersion(SuppressionSettingsView.Of(settings))
            : SettingsVersions.Overtaken();
    }

    private static async Task<Results<NoContent, NotFound, ValidationProblem>> DeleteAsync(
        [Description("The sending domain.")] string domain, ClaimsPrincipal caller, ISuppressionStore suppressions, CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var own = SuppressionTexts.ReadDomain(domain, problems) ?? (problems.Any ? null : problems.Refuse<string>("domain", "is required"));

        if (problems.Any)
        {
            return problems.Refusal();
        }

        if (await suppressions.OwnSettingsAsync(caller.TenantId(), own, cancellationToken) is null)
        {
            return TypedResults.NotFound();
        }

        await suppressions.SaveSettingsAsync(caller.TenantId(), own, null, cancellationToken);

        return TypedResults.NoContent();
    }
}
