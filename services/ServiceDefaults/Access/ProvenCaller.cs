using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Who a request was proven to be from, as the edge counts requests: an opaque name, the same for every form and every token
/// of one caller. In one process the edge reads it from the request; a service behind the gateway says it in a header of its
/// answer, which the gateway keeps to itself.
/// </summary>
public static class ProvenCaller
{
    /// <summary>From the services to the gateway only.</summary>
    public const string Header = "MailStats-Caller";

    /// <summary>
    /// On the gateway's requests: a process that faces the outside itself, as Standalone does, keeps the name from everyone else.
    /// Who says so without being the gateway learns an opaque name of their own key.
    /// </summary>
    public const string Asked = "MailStats-Gateway";

    private static readonly object Key = new();

    /// <summary>A webhook's post has been proven to be from the source.</summary>
    public static void ProveWebhook(this HttpContext context, string source) => Prove(context, $"webhook {source}");

    internal static string? Of(HttpContext context) => context.Items.TryGetValue(Key, out var name) ? (string?)name : null;

    internal static void UseProvenCallers(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.User.Identity is { IsAuthenticated: true })
        {
            Prove(context, $"{context.User.FindFirst(Caller.TenantClaim)?.Value} {context.User.CallerId()}");
        }

        return next(context);
    });

    private static void Prove(HttpContext context, string caller)
    {
        // Hashed: the name of a webhook's source is as good as a password.
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(caller)).AsSpan(0, 16));
        context.Items[Key] = name;

        if (context.RequestServices.GetService<ProvenCallers>() is null)
        {
            context.Response.Headers[Header] = name;
        }
    }
}
