using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace MailStats.ServiceDefaults;

/// <summary>What was built: told by <c>--version</c> of every program and by <c>GET /version</c>.</summary>
/// <param name="Version">As in CHANGELOG.md: <c>0.1.0</c>.</param>
/// <param name="Commit">The commit it was built from; null where the build was not told.</param>
internal sealed record BuiltVersion(string Version, string? Commit)
{
    /// <summary>This process.</summary>
    public static BuiltVersion Own { get; } = Parse(
        typeof(BuiltVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);

    /// <summary>Reads <c>0.1.0+COMMIT</c>, as the SDK writes it.</summary>
    public static BuiltVersion Parse(string informational) => informational.Split('+', 2) is [var version, var commit]
        ? new(version, commit)
        : new(informational, null);

    /// <summary>Needs no key: whoever reaches the process may know what it is.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/version", () => TypedResults.Ok(Own)).AllowAnonymous().ExcludeFromDescription();

    /// <summary>As the command line tells it.</summary>
    public override string ToString() => Commit is null ? Version : $"{Version}+{Commit}";
}
