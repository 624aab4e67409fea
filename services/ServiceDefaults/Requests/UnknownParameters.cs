using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Refuses query parameters that a call does not have. A misspelt filter that is ignored answers with numbers that are right and
/// about something else.
/// </summary>
/// <remarks>Only calls that the API's document describes; pages, probes and what the gateway forwards go by.</remarks>
internal sealed class UnknownParameters(IApiDescriptionGroupCollectionProvider descriptions)
{
    /// <summary>Names that one answer tells.</summary>
    private const int MostTold = 20;

    /// <summary>Characters of a name that is told.</summary>
    private const int LongestTold = 100;

    private readonly Lazy<Dictionary<string, string[]>> _known = new(() => descriptions.ApiDescriptionGroups.Items
        .SelectMany(group => group.Items)
        .Select(call => (
            Name: call.ActionDescriptor.EndpointMetadata.OfType<IEndpointNameMetadata>().LastOrDefault()?.EndpointName,
            Parameters: call.ParameterDescriptions.Where(parameter => parameter.Source == BindingSource.Query).Select(parameter => parameter.Name)))
        .Where(call => call.Name is not null)
        // A call that is asked as GET and as HEAD stands there twice.
        .DistinctBy(call => call.Name)
        .ToDictionary(call => call.Name!, call => call.Parameters.ToArray(), StringComparer.Ordinal));

    public static void Use(IApplicationBuilder app) => app.Use((context, next) =>
        context.Request.QueryString.HasValue && context.RequestServices.GetRequiredService<UnknownParameters>().Find(context) is { Any: true } problems
            ? problems.Refusal().ExecuteAsync(context)
            : next(context));

    private FieldProblems? Find(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata is not { } metadata
            || metadata.GetMetadata<TakesAnyParameter>() is not null
            || metadata.GetMetadata<IEndpointNameMetadata>() is not { } name
            || !_known.Value.TryGetValue(name.EndpointName, out var known))
        {
            return null;
        }

        var problems = new FieldProblems();

        foreach (var unknown in context.Request.Query.Keys.Where(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase)).Take(MostTold))
        {
            problems.Add(unknown.Length <= LongestTold ? unknown : unknown[..LongestTold], Error(unknown, known));
        }

        return problems;
    }

    private static string Error(string unknown, string[] known) =>
        known.Length == 0 ? "is not a parameter of this call, which has none"
        : NearestName.Of(unknown, known) is { } near ? $"is not a parameter of this call; {near} is"
        : $"is not a parameter of this call, which has {string.Join(", ", known)}";
}

/// <summary>Metadata of a call that others address as they like.</summary>
public sealed record TakesAnyParameter;
