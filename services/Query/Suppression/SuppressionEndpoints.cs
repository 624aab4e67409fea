using MailStats.Query.Admin;
using MailStats.Query.Lists;
using MailStats.ServiceDefaults;
using MailStats.Stores;

namespace MailStats.Query.Suppression;

/// <summary>Who may read, ask and change the suppression list. Nothing of it is kept by anybody on the way.</summary>
internal static class SuppressionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("").WithTags("Suppression")
            .AddEndpointFilter<NeverKept>()
            .AddEndpointFilter<CursorProblems>()
            .AddOpenApiOperationTransformer(ApiParameters.DescribeAsync);

        var readers = all.MapGroup("").RequireAuthorization(Scopes.Read);
        GetSuppressions.Map(readers);
        GetSuppressionEffect.Map(readers);
        GetSuppressionComparison.Map(readers);
        SuppressionSettingsEndpoints.MapGet(readers);

        // Applications that send have keys that report.
        PostSuppressionCheck.Map(all.MapGroup("").RequireAuthorization(policy => policy.RequireAssertion(context =>
            context.User.HasClaim(claim => claim.Type == Caller.TenantClaim)
            && (context.User.HasScope(Scopes.Read) || context.User.HasScope(Scopes.Ingest)))));

        var administrators = all.MapGroup("").RequireAuthorization(Scopes.Admin);
        ChangeSuppressions.Map(administrators);
        PostSuppressionImport.Map(administrators);
        PostSuppressionComparison.Map(administrators);
        SuppressionSettingsEndpoints.MapPut(administrators);
    }
}
