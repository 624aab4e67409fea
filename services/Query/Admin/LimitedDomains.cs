using MailStats.Mail.Addresses;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Admin;

/// <summary>A limit to some sending domains: read where a key or a token is made, held where numbers are asked for.</summary>
internal sealed class LimitedDomains : IEndpointFilter
{
    // What moves, without numbers, and who asks.
    private static readonly string[] _whole = ["/v1/live", "/v1/me"];

    /// <summary>Normal forms, each once; empty with a problem where one is no domain, or there are too many.</summary>
    public static IReadOnlyList<string> Read(IReadOnlyList<string>? texts, FieldProblems problems)
    {
        if (texts is null)
        {
            return [];
        }

        if (texts.Count is 0 or > BrowserTokens.MostDomains)
        {
            problems.Add("domains", $"must be 1 to {BrowserTokens.MostDomains} domains, or absent for all");

            return [];
        }

        var domains = new List<string>(texts.Count);

        for (var index = 0; index < texts.Count; index++)
        {
            if (DomainName.Read(texts[index].AsSpan().Trim(), out _) is { } domain)
            {
                domains.Add(domain);
            }
            else
            {
                problems.Add($"domains[{index}]", "must be a domain name, for example shop.example");
            }
        }

        return [.. domains.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Whoever is limited names one of its domains in every question, and no mailbox: that is an address.</summary>
    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;

        var ofAll = Array.Exists(_whole, path => http.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase));

        return http.User.Domains() is { Count: > 0 } allowed && !ofAll && !Asks(http.Request, allowed)
            ? new(TypedResults.Problem(
                $"The caller is limited to {string.Join(", ", allowed)}: name one of them as the domain, and no mailbox.",
                statusCode: StatusCodes.Status403Forbidden))
            : next(context);
    }

    private static bool Asks(HttpRequest request, IReadOnlyList<string> allowed)
    {
        var named = request.RouteValues.TryGetValue("domain", out var inPath) ? inPath as string : request.Query["domain"] is [var inQuery] ? inQuery : null;

        return !request.Query.ContainsKey("mailbox")
            && named is not null
            && DomainName.Read(named.AsSpan().Trim(), out _) is { } domain
            && allowed.Contains(domain, StringComparer.Ordinal);
    }
}
