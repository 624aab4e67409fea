using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MailStats.Dashboard.Tests;

/// <summary>A small OpenID Connect authority: code flow with PKCE for a public client, everyone is let in as a reader of the first tenant.</summary>
internal sealed class Authority : IAsyncDisposable
{
    public const string ClientId = "dashboard";

    private readonly RSA _rsa = RSA.Create(2048);
    private readonly RsaSecurityKey _key;
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _challenges = [];

    private Authority(WebApplication app)
    {
        _app = app;
        _key = new RsaSecurityKey(_rsa) { KeyId = Guid.NewGuid().ToString("n") };
    }

    public Uri Address => new(_app.Urls.Single());

    private string Issuer => _app.Urls.Single();

    public static async Task<Authority> StartAsync()
    {
        var app = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]).Build();
        var authority = new Authority(app);

        // The dashboard asks from its own origin.
        app.Use((context, next) =>
        {
            context.Response.Headers.AccessControlAllowOrigin = "*";

            return next(context);
        });
        app.MapGet("/.well-known/openid-configuration", () => TypedResults.Json(new
        {
            issuer = authority.Issuer,
            jwks_uri = authority.Issuer + "/keys",
            authorization_endpoint = authority.Issuer + "/authorize",
            token_endpoint = authority.Issuer + "/token",
        }));
        app.MapGet("/keys", () =>
        {
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(authority._key);

            return TypedResults.Json(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = key.Kid, n = key.N, e = key.E } } });
        });
        app.MapGet("/authorize", authority.Authorize);
        app.MapPost("/token", authority.TokenAsync);
        await app.StartAsync();

        return authority;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
    }

    private IResult Authorize(HttpRequest request)
    {
        var query = request.Query;

        if (query["client_id"] != ClientId || query["response_type"] != "code" || query["code_challenge_method"] != "S256")
        {
            return TypedResults.BadRequest();
        }

        var code = Guid.NewGuid().ToString("n");
        _challenges[code] = query["code_challenge"]!;

        var answer = new Dictionary<string, string?> { ["code"] = code, ["state"] = query["state"] };

        return TypedResults.Redirect(QueryHelpers.AddQueryString(query["redirect_uri"]!, answer));
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        var challenge = Base64UrlEncoder.Encode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));

        if (!_challenges.TryRemove(form["code"].ToString(), out var wanted) || wanted != challenge)
        {
            return TypedResults.BadRequest(new { error = "invalid_grant" });
        }

        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = "mailstats",
            IssuedAt = now,
            Expires = now.AddMinutes(5),
            Claims = new Dictionary<string, object> { ["sub"] = "ann", ["tenant"] = "default", ["scope"] = "read" },
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
        });

        return TypedResults.Json(new { access_token = token, token_type = "Bearer", expires_in = 300 });
    }
}
