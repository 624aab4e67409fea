using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using MimeKit;

namespace MailStats.Notifier;

/// <summary>Section <c>Notifier</c>.</summary>
public sealed class NotifierOptions
{
    public const string Section = "Notifier";

    /// <summary>
    /// True lets webhooks go to this machine and to private networks. False by default: whoever may set targets could
    /// otherwise make MailStats knock at inner doors.
    /// </summary>
    public bool AllowPrivateTargets { get; set; }

    /// <summary>How long one attempt may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00", ErrorMessage = "Notifier:Timeout must be 0.1 to 60 seconds")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The pause after the first failed attempt; it grows up to an hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00", ErrorMessage = "Notifier:FirstRetry must be 0.01 seconds to an hour")]
    public TimeSpan FirstRetry { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After this a notice is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00", ErrorMessage = "Notifier:GiveUpAfter must be one second to seven days")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many targets are told at once.</summary>
    [Range(1, 1000, ErrorMessage = "Notifier:Concurrency must be 1 to 1000")]
    public int Concurrency { get; set; } = 32;

    /// <summary>Where people reach the dashboard: notices of stopped mailboxes then lead to the page that releases them. Null for no links.</summary>
    [RegularExpression("^https?://[^/?#]+$", ErrorMessage = "Notifier:PublicUrl must be http:// or https:// and a host, without a path")]
    public string? PublicUrl { get; set; }

    /// <summary>The server that takes mail.</summary>
    [ValidateObjectMembers]
    public SmtpOptions Smtp { get; set; } = new();
}

/// <summary>The server that takes the Notifier's mail. Off until <see cref="Host"/> is set.</summary>
public sealed class SmtpOptions : IValidatableObject
{
    /// <summary>Name or address of the mail server. Without one no mail is sent.</summary>
    public string? Host { get; set; }

    /// <summary>Its port: 25, 587 for submission, or 465 for submission with TLS from the start.</summary>
    [Range(1, 65535, ErrorMessage = "Notifier:Smtp:Port must be 1 to 65535")]
    public int Port { get; set; } = 25;

    /// <summary>True to demand STARTTLS.</summary>
    public bool StartTls { get; set; }

    /// <summary>True for TLS from the start of the connection (RFC 8314), usually on port 465.</summary>
    public bool Tls { get; set; }

    /// <summary>
    /// PEM file with the certificate of the authority that signed the server's, where the system does not know it. Null for those
    /// that the system trusts.
    /// </summary>
    public string? CertificateAuthority { get; set; }

    /// <summary>Signs in as this user, where the server wants it.</summary>
    public string? UserName { get; set; }

    /// <summary>The user's password: a secret.</summary>
    public string? Password { get; set; }

    /// <summary>
    /// File that holds an OAuth 2.0 access token, in place of the password. It is read anew for each mail, since tokens end after an
    /// hour or so: whoever renews the token writes it there. OAUTHBEARER (RFC 7628) or XOAUTH2, as the server offers.
    /// </summary>
    public string? TokenFile { get; set; }

    /// <summary>Sender of the mail.</summary>
    [EmailAddress(ErrorMessage = "Notifier:Smtp:From must be a mail address")]
    public string From { get; set; } = "mailstats@localhost";

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!MailboxAddress.TryParse(From, out _))
        {
            yield return new("Notifier:Smtp:From must be a mail address");
        }

        if (Tls && StartTls)
        {
            yield return new("Notifier:Smtp:Tls and Notifier:Smtp:StartTls exclude each other");
        }

        if (TokenFile is not null && string.IsNullOrEmpty(UserName))
        {
            yield return new("Notifier:Smtp:TokenFile requires Notifier:Smtp:UserName");
        }

        if (TokenFile is not null && !Tls && !StartTls)
        {
            yield return new("Notifier:Smtp:TokenFile requires Notifier:Smtp:Tls or Notifier:Smtp:StartTls: a token is not sent in the clear");
        }

        if (CertificateAuthority is { } file && !File.Exists(file))
        {
            yield return new("Notifier:Smtp:CertificateAuthority must be a file that exists");
        }
    }
}
