using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MailStats.ServiceDefaults.Tests.Edge;

/// <summary>TLS by settings alone, beside the port that probes ask.</summary>
public sealed class HttpsOnlyTests
{
    private const string Required = "--Edge:RequireHttps=true";

    [Theory]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/version", HttpStatusCode.OK)]
    [InlineData("/read", HttpStatusCode.Forbidden)]
    [InlineData("/healthy", HttpStatusCode.Forbidden)]
    public async Task Plain_http_is_for_probes_alone(string path, HttpStatusCode expected)
    {
        await using var host = await SampleHost.StartAsync(Required);

        using var answer = await host.SendAsync(HttpMethod.Get, path, SampleHost.ReadKey);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task What_a_trusted_proxy_took_by_https_came_by_https()
    {
        await using var host = await SampleHost.StartAsync(Required, "--Edge:TrustedProxies:0=127.0.0.1");
        host.Client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        using var answer = await host.SendAsync(HttpMethod.Get, "/read", SampleHost.ReadKey);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_certificate_is_a_setting_and_probes_keep_their_port()
    {
        var folder = Directory.CreateTempSubdirectory("mailstats-tls-");
        var (certificate, key) = WriteCertificate(folder.FullName);
        await using var host = await SampleHost.StartAsync(
            Required, "--urls=http://127.0.0.1:0;https://127.0.0.1:0",
            $"--Kestrel:Certificates:Default:Path={certificate}", $"--Kestrel:Certificates:Default:KeyPath={key}");
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(certificate));
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Authorization = new("Bearer", SampleHost.ReadKey);

        using var byTls = await client.GetAsync(new Uri(Address(host, "https"), "/read"));
        using var probe = await client.GetAsync(new Uri(Address(host, "http"), "/health/live"));
        using var inClear = await client.GetAsync(new Uri(Address(host, "http"), "/read"));
        folder.Delete(recursive: true);

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.Forbidden), (byTls.StatusCode, probe.StatusCode, inClear.StatusCode));
    }

    private static Uri Address(SampleHost host, string scheme) =>
        host.Addresses.Select(address => new Uri(address)).Single(address => address.Scheme == scheme);

    private static (string Certificate, string Key) WriteCertificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=mailstats.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var (file, keyFile) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());

        return (file, keyFile);
    }
}
