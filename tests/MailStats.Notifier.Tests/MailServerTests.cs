using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace MailStats.Notifier.Tests;

/// <summary>How the mail server is reached, over real sockets: TLS, signing in, and what is refused.</summary>
public sealed class MailServerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _certificate;
    private readonly string _authority;

    public MailServerTests()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var root = authority.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        _authority = Path.Combine(_folder.Path, "authority.pem");
        File.WriteAllText(_authority, root.ExportCertificatePem());

        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var server = new CertificateRequest("CN=relay", serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        server.CertificateExtensions.Add(names.Build());
        using var signed = server.Create(root, now.AddHours(-1), now.AddHours(1), [1, 2, 3]);
        _certificate = signed.CopyWithPrivateKey(serverKey);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mail_goes_by_TLS_from_the_start_or_by_STARTTLS_and_signs_in(bool fromStart)
    {
        await using var sink = new SmtpSink(certificate: _certificate, tlsFromStart: fromStart, mechanisms: "PLAIN");

        var attempt = await TestAsync(
            sink, Secured(fromStart), ("CertificateAuthority", _authority), ("UserName", "mailstats"), ("Password", "a secret"));

        Assert.True(attempt.GetProperty("delivered").GetBoolean(), attempt.ToString());
        Assert.Contains("To: admin@acme.example", await sink.NextAsync(), StringComparison.Ordinal);
        Assert.Equal(["PLAIN |mailstats|a secret"], sink.Credentials);
    }

    [Theory]
    [InlineData("PLAIN XOAUTH2 OAUTHBEARER", "OAUTHBEARER n,a=mailstats,|host=127.0.0.1|auth=Bearer tok.en||")]
    [InlineData("PLAIN XOAUTH2", "XOAUTH2 user=mailstats|auth=Bearer tok.en||")]
    public async Task A_token_of_a_file_signs_in_as_the_server_offers(string mechanisms, string expected)
    {
        var file = Path.Combine(_folder.Path, "token");
        await File.WriteAllTextAsync(file, "tok.en\n");
        await using var sink = new SmtpSink(certificate: _certificate, tlsFromStart: true, mechanisms: mechanisms);

        var attempt = await TestAsync(sink, Secured(true), ("CertificateAuthority", _authority), ("UserName", "mailstats"), ("TokenFile", file));

        Assert.True(attempt.GetProperty("delivered").GetBoolean(), attempt.ToString());
        // The library names no port that means anything, which RFC 7628 leaves to it.
        Assert.Equal([expected], sink.Credentials.Select(told => Regex.Replace(told, @"port=-?\d+\|", "", RegexOptions.NonBacktracking)));
    }

    [Fact]
    public async Task A_wrong_password_is_told_and_nothing_sent()
    {
        await using var sink = new SmtpSink(certificate: _certificate, tlsFromStart: true, mechanisms: "PLAIN");

        var attempt = await TestAsync(sink, Secured(true), ("CertificateAuthority", _authority), ("UserName", "mailstats"), ("Password", "wrong"));

        Assert.False(attempt.GetProperty("delivered").GetBoolean());
        Assert.Contains("5.7.8", attempt.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.True(sink.IsEmpty);
    }

    [Fact]
    public async Task A_certificate_of_a_stranger_or_for_another_name_is_refused()
    {
        await using var sink = new SmtpSink(certificate: _certificate, tlsFromStart: true, mechanisms: "PLAIN");

        var unknown = await TestAsync(sink, Secured(true), ("UserName", "mailstats"), ("Password", "a secret"));
        var otherName = await TestAsync(
            sink, Secured(true), ("CertificateAuthority", _authority), ("Host", "localhost"), ("UserName", "mailstats"), ("Password", "a secret"));

        Assert.All([unknown, otherName], attempt => Assert.False(attempt.GetProperty("delivered").GetBoolean()));
        Assert.Empty(sink.Credentials);
        Assert.True(sink.IsEmpty);
    }

    [Fact]
    public async Task STARTTLS_that_the_server_does_not_offer_ends_it_before_the_password()
    {
        await using var sink = new SmtpSink(mechanisms: "PLAIN");

        var attempt = await TestAsync(sink, Secured(false), ("UserName", "mailstats"), ("Password", "a secret"));

        Assert.Contains("STARTTLS", attempt.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.True(sink.IsEmpty);
    }

    [Fact]
    public async Task Settings_that_contradict_each_other_end_the_start()
    {
        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => NotifierHost.StartAsync(settings:
            [
                "--Notifier:Smtp:Tls", "true", "--Notifier:Smtp:StartTls", "true", "--Notifier:Smtp:CertificateAuthority", "/nowhere.pem",
                "--Notifier:Smtp:TokenFile", "t",
            ]));

        Assert.Equal(
            [
                "Notifier:Smtp:CertificateAuthority must be a file that exists", "Notifier:Smtp:Tls and Notifier:Smtp:StartTls exclude each other",
                "Notifier:Smtp:TokenFile requires Notifier:Smtp:UserName",
            ],
            wrong.Failures.Order(StringComparer.Ordinal));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }

    private static (string, string) Secured(bool fromStart) => (fromStart ? "Tls" : "StartTls", "true");

    private static async Task<JsonElement> TestAsync(SmtpSink sink, params (string Name, string Value)[] smtp)
    {
        var settings = smtp.Prepend(("Host", "127.0.0.1")).Append(("Port", $"{sink.Port}"))
            .SelectMany(set => new[] { $"--Notifier:Smtp:{set.Item1}", set.Item2 });
        await using var host = await NotifierHost.StartAsync(settings: [.. settings]);
        var target = await host.AddTargetAsync("mail", "admin@acme.example");

        return (await host.SendAsync(HttpMethod.Post, $"/v1/admin/notifications/{target.GetProperty("id")}/test")).Body;
    }
}
