using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MailStats.Dashboard.Tests;

/// <summary>Somebody else's page, from another origin, that embeds the numbers and does all a page can do to spoil them.</summary>
internal sealed class Panel : IAsyncDisposable
{
    private const string HostileStyles = """
        * { all: unset; display: inline !important; font: 60px cursive !important; color: transparent; letter-spacing: 2em; text-transform: uppercase; }
        mailstats-quota, mailstats-overview { display: block !important; }
        .box, .track, .fill, dl, dd { visibility: hidden !important; }
        """;

    private const string HostileScript = """
        Object.prototype.spoiled = 'spoiled';
        Array.prototype.most = 1;
        window.t = window.React = window.MailStats = 'taken';
        document.title = document.title;
        """;

    private readonly WebApplication _app;

    private Panel(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Makes tokens as a panel's own server does; none where null.</summary>
    public Func<Task<string?>> MakeToken { get; set; } = () => Task.FromResult<string?>(null);

    public int TokensMade { get; private set; }

    public static async Task<Panel> StartAsync()
    {
        var app = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]).Build();
        var panel = new Panel(app);
        app.MapGet("/styles.css", () => TypedResults.Text(HostileStyles, "text/css"));
        app.MapGet("/script.js", () => TypedResults.Text(HostileScript, "text/javascript"));
        app.MapGet("/icon.svg", () => TypedResults.Text("<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "image/svg+xml"));
        app.MapPost("/token", async () =>
        {
            panel.TokensMade++;

            return await panel.MakeToken() is { } token ? Results.Json(new { token }) : Results.Unauthorized();
        });
        await app.StartAsync();

        return panel;
    }

    /// <summary>The page, which loads the elements from there and may do nothing else there.</summary>
    public void Embed(Uri server, string body)
    {
        var origin = server.GetLeftPart(UriPartial.Authority);
        _app.MapGet("/", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy =
                $"default-src 'none'; script-src 'self' {origin}; connect-src 'self' {origin}; style-src 'self'; img-src 'self'";

            return TypedResults.Text(
                "<!doctype html><html lang=\"en\"><head><title>Panel</title><link rel=\"stylesheet\" href=\"/styles.css\">"
                + $"<script src=\"/script.js\"></script><script type=\"module\" src=\"{origin}/embed/v1.js\"></script>"
                + $"<link rel=\"icon\" href=\"/icon.svg\"></head><body><main><h1>Mail</h1>{body}</main></body></html>",
                "text/html");
        });
    }

    /// <summary>A token for these domains, made with the tenant's key.</summary>
    public static async Task<string?> TokenAsync(HttpClient key, params string[] domains)
    {
        using var answer = await key.PostAsJsonAsync("/v1/tokens", new { expiresInSeconds = 60, domains = domains.Length == 0 ? null : domains });

        return (await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>()).GetProperty("token").GetString();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
