using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MailStats.Notifier.Letters;
using MailStats.Notifier.Notices;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Notifications;
using Microsoft.Extensions.Options;
using MimeKit;

namespace MailStats.Notifier.Sending;

/// <summary>Mails a notice. Its Message-ID follows from notice and target, so that a mail sent twice is seen to be one.</summary>
internal sealed class MailSender(IOptions<NotifierOptions> options, ITenantStore tenants, ReleaseLinks links)
{
    private const int LongestError = 300;

    /// <returns>The server's reply code where there is one, and what is wrong or null.</returns>
    public async Task<(int? Status, string? Error)> SendAsync(NotificationTarget target, Notice notice, CancellationToken cancellationToken)
    {
        var smtp = options.Value.Smtp;

        if (string.IsNullOrEmpty(smtp.Host))
        {
            return (null, "no mail server is set (Notifier:Smtp:Host)");
        }

        if (!MailboxAddress.TryParse(target.Address, out var to))
        {
            return (null, "mail cannot be sent to this address");
        }

        using var message = await MessageAsync(MailboxAddress.Parse(smtp.From), to, target, notice, cancellationToken);

        try
        {
            using var client = new SmtpClient();
            await MailServer.ConnectAsync(client, smtp, cancellationToken);
            await client.SendAsync(message, cancellationToken);
            // Taken is taken: whatever comes of the farewell is swallowed by the library.
            await client.DisconnectAsync(quit: true, cancellationToken);

            return (250, null);
        }
        catch (SmtpCommandException refused)
        {
            return ((int)refused.StatusCode, Short(refused));
        }
        catch (Exception failure) when (failure is ProtocolException or AuthenticationException or SslHandshakeException or SocketException
            or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return (null, Short(failure));
        }
    }

    private async Task<MimeMessage> MessageAsync(
        MailboxAddress from, MailboxAddress to, NotificationTarget target, Notice notice, CancellationToken cancellationToken)
    {
        var message = new MimeMessage { MessageId = $"{notice.NoticeId:N}.{target.Id}@{from.Domain}" };
        message.From.Add(from);
        message.To.Add(to);
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");

        if (notice.Type == Letter.Type)
        {
            LetterMail.Fill(message, LetterWriter.Read(notice.Content));
        }
        else
        {
            var tenant = await tenants.FindAsync(notice.TenantId, cancellationToken);
            var release = await ReleaseAsync(notice, cancellationToken);
            (message.Subject, var text) = NoticeText.Of(notice, tenant?.Name ?? notice.TenantId, tenant?.TimeZone, options.Value.PublicUrl, release);
            message.Body = new TextPart { Text = text };
        }

        return message;
    }

    /// <summary>Where a stopped mailbox is released without a key; null for other notices, and where nobody knows how people reach us.</summary>
    private async Task<string?> ReleaseAsync(Notice notice, CancellationToken cancellationToken)
    {
        if (options.Value.PublicUrl is not { } origin || NoticeText.StopIn(notice) is not { Enforced: true } stopped)
        {
            return null;
        }

        var text = await links.MakeAsync(new(notice.TenantId, stopped.BrakeId, stopped.OccurredAt + NoticeText.ReleasedWithin), cancellationToken);

        return $"{origin}{ReleaseLinks.Path}/{text}";
    }

    private static string Short(Exception failure) => failure.Message.Length <= LongestError ? failure.Message : failure.Message[..LongestError];
}
