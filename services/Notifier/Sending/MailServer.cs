using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace MailStats.Notifier.Sending;

/// <summary>Connects to the mail server of the settings and signs in.</summary>
internal static class MailServer
{
    public static async Task ConnectAsync(SmtpClient client, SmtpOptions smtp, CancellationToken cancellationToken)
    {
        // A relay of one's own seldom has a list of revoked certificates that can be fetched.
        client.CheckCertificateRevocation = false;

        if (smtp.CertificateAuthority is { } file)
        {
            var authority = X509CertificateLoader.LoadCertificateFromFile(file);
            client.ServerCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(authority, certificate, errors);
        }

        var security = smtp.Tls ? SecureSocketOptions.SslOnConnect : smtp.StartTls ? SecureSocketOptions.StartTls : SecureSocketOptions.None;
        await client.ConnectAsync(smtp.Host!, smtp.Port, security, cancellationToken);

        if (string.IsNullOrEmpty(smtp.UserName))
        {
            return;
        }

        if (smtp.TokenFile is null)
        {
            await client.AuthenticateAsync(smtp.UserName, smtp.Password ?? "", cancellationToken);

            return;
        }

        // Read anew for each mail: whoever renews the token writes it there.
        var token = (await File.ReadAllTextAsync(smtp.TokenFile, cancellationToken)).Trim();
        SaslMechanism oauth = client.AuthenticationMechanisms.Contains("OAUTHBEARER")
            ? new SaslMechanismOAuthBearer(smtp.UserName, token)
            : new SaslMechanismOAuth2(smtp.UserName, token);
        await client.AuthenticateAsync(oauth, cancellationToken);
    }

    private static bool IsTrusted(X509Certificate2 authority, X509Certificate? certificate, SslPolicyErrors errors)
    {
        // Another name than the server's stays an error, whoever signed it.
        if (errors is SslPolicyErrors.None || certificate is null || errors != SslPolicyErrors.RemoteCertificateChainErrors)
        {
            return errors is SslPolicyErrors.None;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var server = new X509Certificate2(certificate);

        return chain.Build(server);
    }
}
