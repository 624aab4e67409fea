using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace MailStats.Gateway.Tests;

public sealed class Http2Tests
{
    private const int AtOnce = 50;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Many_calls_share_one_connection(bool tls)
    {
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var arrived = 0;
        await using var query = await Destination.StartAsync(async context =>
        {
            // Answered only when all of them are there: on a connection that takes one at a time none would ever be.
            if (Interlocked.Increment(ref arrived) == AtOnce)
            {
                all.SetResult();
            }

            await all.Task.WaitAsync(TimeSpan.FromSeconds(30), context.RequestAborted);
            await context.Response.WriteAsync("done");
        });
        using var certificate = Certificate();
        var folder = Directory.CreateTempSubdirectory("mailstats-gateway-");
        await using var gateway = await GatewayApp.StartWithAsync(
            [.. GatewayApp.Replicas("query", query.Address), .. tls ? Tls(certificate, folder.FullName) : Plain()]);
        using var client = new HttpClient(new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = false,
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == certificate.GetCertHashString() },
        })
        {
            BaseAddress = gateway.Address,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => client.GetAsync(new Uri("/v1/overview", UriKind.Relative))));

        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (answer.StatusCode, answer.Version)));
        Assert.Equal(tls, answers[0].Headers.Contains("Strict-Transport-Security"));

        Array.ForEach(answers, answer => answer.Dispose());
        folder.Delete(recursive: true);
    }

    // Without TLS nothing negotiates the version: the endpoint speaks HTTP/2 alone (RFC 9113, section 3.3).
    private static string[] Plain() => ["--Kestrel:Endpoints:Plain:Url=http://127.0.0.1:0", "--Kestrel:Endpoints:Plain:Protocols=Http2"];

    private static string[] Tls(X509Certificate2 certificate, string folder)
    {
        var path = Path.Combine(folder, "gateway.pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx, "test"));

        return
        [
            "--Kestrel:Endpoints:Tls:Url=https://127.0.0.1:0",
            $"--Kestrel:Endpoints:Tls:Certificate:Path={path}",
            "--Kestrel:Endpoints:Tls:Certificate:Password=test",
        ];
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();

        return new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
