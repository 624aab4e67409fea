using System.Security.Claims;
using System.Text.Json.Serialization;
using MailStats.Contracts;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Incidents;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Query.Incidents;

/// <summary>What nobody is told of now.</summary>
internal static class GetMutes
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/incidents/mute", HandleAsync)
        .WithName("getIncidentMutes")
        .WithTags("Incidents")
        .WithSummary("What nobody is told of, and until when");

    private static async Task<Ok<IncidentMuteList>> HandleAsync(
        ClaimsPrincipal caller, IIncidentStore store, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(new IncidentMuteList
        {
            Items =
            [
                .. (await store.MutesAsync(caller.TenantId(), time.GetUtcNow(), cancellationToken))
                    .Select(mute => new IncidentMuteItem { Kind = mute.Kind, Domain = mute.Domain, Provider = mute.Provider, Until = mute.Until }),
            ],
        });
}

/// <summary>The mutes that have not ended.</summary>
public sealed record IncidentMuteList
{
    /// <summary>By kind, domain and provider.</summary>
    public required IReadOnlyList<IncidentMuteItem> Items { get; init; }
}

/// <summary>Nobody is told of incidents of this kind in this place, or in a part of it; what is absent means all.</summary>
public sealed record IncidentMuteItem
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IncidentKind? Kind { get; init; }

    /// <summary>Sending domain.</summary>
    /// <example>"shop.example"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Domain { get; init; }

    /// <summary>Receiving provider.</summary>
    /// <example>"Gmail"</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Provider { get; init; }

    /// <summary>Its end.</summary>
    /// <example>"2026-03-26T09:00:00Z"</example>
    public required DateTimeOffset Until { get; init; }
}
