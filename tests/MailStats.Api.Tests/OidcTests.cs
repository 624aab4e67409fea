using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using MailStats.Stores.Administration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MailStats.Api.Tests;

/// <summary>Tokens of a real authority: discovery, published keys, signatures.</summary>
public sealed class OidcTests
{
    [Fact]
    public async Task A_token_lets_in_who_it_names_for_what_it_names()
    {
        await using var authority = await Authority.StartAsync();
        await using var app = await StartAsync(authority);

        Assert.Equal(HttpStatusCode.OK, await ReadAsync(app, authority.Token(("tenant", "shop"), ("scope", "read"))));
        Assert.Equal(HttpStatusCode.OK, await ReadAsync(app, authority.Token(("tenant", "shop"), ("scope", "openid read profile"))));
        Assert.Equal(HttpStatusCode.Forbidden, await ReadAsync(app, authority.Token(("tenant", "shop"), ("scope", "ingest"))));
        Assert.Equal(HttpStatusCode.Forbidden, await ReadAsync(app, authority.Token(("scope", "read"))));
        Assert.Equal(HttpStatusCode.Forbidden, await ReadAsync(app, authority.Token(("tenant", "shop"))));
    }

    [Fact]
    public async Task Forged_expired_and_foreign_tokens_are_refused()
    {
        await using var authority = await Authority.StartAsync();
        await using var stranger = await Authority.StartAsync();
        await using var app = await StartAsync(authority);
        (string, string)[] claims = [("tenant", "shop"), ("scope", "read")];
        var token = authority.Token(claims);
        var parts = token.Split('.');
        var unsigned = Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""") + "." + parts[1] + ".";

        Assert.Equal(HttpStatusCode.OK, await ReadAsync(app, token));

        foreach (var refused in new[]
        {
            stranger.Token(claims),
            stranger.Token(claims, issuer: authority.Address),
            authority.Token(claims, audience: "another"),
            authority.Token(claims, lifetime: TimeSpan.FromMinutes(-10)),
            unsigned,
            parts[0] + "." + Base64UrlEncoder.Encode("""{"tenant":"shop","scope":"read admin"}""") + "." + parts[2],
            token[..^4],
            "ms_" + token,
            new string('a', 20_000),
        })
        {
            var status = await ReadAsync(app, refused);

            Assert.True(
                status is HttpStatusCode.Unauthorized or HttpStatusCode.RequestHeaderFieldsTooLarge,
                $"{status}: {refused[..Math.Min(80, refused.Length)]}");
        }
    }

    [Fact]
    public async Task What_a_user_may_do_can_be_given_and_taken_by_an_administrator()
    {
        await using var authority = await Authority.StartAsync();
        await using var app = await StartAsync(authority);
        using var admin = await app.ClientAsync("shop", "admin");
        using var rival = await app.ClientAsync("rival", "admin");
        var ann = authority.Token(("tenant", "shop"), ("sub", "ann"));
        var role = new { name = "Ann", role = "viewer" };

        Assert.Equal(HttpStatusCode.Forbidden, await ReadAsync(app, ann));

        await AdministrationTests.SendAsync(rival, HttpMethod.Put, "/v1/admin/users/ann", role, HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.Forbidden, await ReadAsync(app, ann));

        await AdministrationTests.SendAsync(admin, HttpMethod.Put, "/v1/admin/users/ann", role, HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.OK, await ReadAsync(app, ann));
        Assert.Equal(HttpStatusCode.Forbidden, await ReadAsync(app, ann, "/v1/admin/keys"));

        await AdministrationTests.SendAsync(admin, HttpMethod.Put, "/v1/admin/users/ann", new { name = "Ann", role = "administrator" }, HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.OK, await ReadAsync(app, ann, "/v1/admin/keys"));

        await AdministrationTests.SendAsync(admin, HttpMethod.Delete, "/v1/admin/users/ann", null, HttpStatusCode.NoContent);

        Assert.Equal(HttpStatusCode.Forbidden, await ReadAsync(app, ann));
    }

    private static async Task<ApiApp> StartAsync(Authority authority)
    {
        var app = await ApiApp.StartAsync($"--Oidc:Authority={authority.Address}", "--Oidc:RequireHttps=false");
        await app.Services.GetRequiredService<ITenantStore>().SaveAsync(
            new Tenant("shop", "Shop", "UTC", TimeProvider.System.GetUtcNow()), CancellationToken.None);

        return app;
    }

    private static async Task<HttpStatusCode> ReadAsync(ApiApp app, string token, string path = "/v1/overview")
    {
        using var client = new HttpClient { BaseAddress = app.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative));

        return response.StatusCode;
    }

    private sealed class Authority : IAsyncDisposable
    {
        private readonly RSA _rsa = RSA.Create(2048);
        private readonly RsaSecurityKey _key;
        private readonly WebApplication _app;

        private Authority(WebApplication app)
        {
            _app = app;
            _key = new RsaSecurityKey(_rsa) { KeyId = Guid.NewGuid().ToString("n") };
        }

        public string Address => _app.Urls.Single();

        public static async Task<Authority> StartAsync()
        {
            var app = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning"]).Build();
            var authority = new Authority(app);
            app.MapGet(
                "/.well-known/openid-configuration",
                () => Results.Text($$"""{"issuer":"{{authority.Address}}","jwks_uri":"{{authority.Address}}/keys"}""", "application/json"));
            app.MapGet("/keys", () =>
            {
                var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(authority._key);

                return Results.Text(
                    $$"""
                    {"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"{{key.Kid}}","n":"{{key.N}}","e":"{{key.E}}"}]}
                    """.ReplaceLineEndings(""), "application/json");
            });
            await app.StartAsync();

            return authority;
        }

        public string Token(params (string Name, string Value)[] claims) => Token(claims, null);

        public string Token((string Name, string Value)[] claims, string? issuer = null, string audience = "mailstats", TimeSpan? lifetime = null)
        {
            var now = TimeProvider.System.GetUtcNow().UtcDateTime;

            return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
            {
                Issuer = issuer ?? Address,
                Audience = audience,
                NotBefore = now.AddHours(-1),
                IssuedAt = now.AddHours(-1),
                Expires = now + (lifetime ?? TimeSpan.FromMinutes(5)),
                Claims = claims.ToDictionary(claim => claim.Name, claim => (object)claim.Value),
                SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.RsaSha256),
            });
        }

        public async ValueTask DisposeAsync()
        {
            await _app.DisposeAsync();
            _rsa.Dispose();
        }
    }
}
