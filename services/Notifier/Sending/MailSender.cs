using System.Net;
using System.Net.Mail;
using System.Net.Sockets;
using MailStats.Notifier.Letters;
using MailStats.Notifier.Notices;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Notifications;
using Microsoft.Extensions.Options;

namespace MailStats.Notifier.Sending;

/// <summary>Mails a notice. Its Message-ID follows from notice and target, so that a mail sent twice is seen to be one.</summary>
internal sealed class MailSender(IOptions<NotifierOptions> options, ITenantStore tenants)
{
    /// <returns>The server's refusal code where there is one, and what is wrong or null.</returns>
    public async Task<(int? Status, string? Error)> SendAsync(NotificationTarget target, Notice notice, CancellationToken cancellationToken)
    {
        var smtp = options.Value.Smtp;

        if (string.IsNullOrEmpty(smtp.Host))
        {
            return (null, "no mail server is set (Notifier:Smtp:Host)");
        }

        using var message = new MailMessage(smtp.From, target.Address);
        await FillAsync(message, notice, cancellationToken);
        message.Headers.Add("Message-ID", $"<{notice.NoticeId:N}.{target.Id}@{new MailAddress(smtp.From).Host}>");
        message.Headers.Add("Auto-Submitted", "auto-generated");
        using var client = new SmtpClient(smtp.Host, smtp.Port) { EnableSsl = smtp.StartTls };

        if (!string.IsNullOrEmpty(smtp.UserName))
        {
            client.Credentials = new NetworkCredential(smtp.UserName, smtp.Password);
        }

        try
        {
            await client.SendMailAsync(message, cancellationToken);

            return (250, null);
        }
        catch (SmtpException failure)
        {
            var code = failure.StatusCode == SmtpStatusCode.GeneralFailure ? (int?)null : (int)failure.StatusCode;

            return (code, failure.InnerException is SocketException or IOException ? failure.InnerException.Message : failure.Message);
        }
    }

    private async Task FillAsync(MailMessage message, Notice notice, CancellationToken cancellationToken)
    {
        if (notice.Type == Letter.Type)
        {
            LetterMail.Fill(message, LetterWriter.Read(notice.Content));
            return;
        }

        var tenant = await tenants.FindAsync(notice.TenantId, cancellationToken);
        (message.Subject, message.Body) = NoticeText.Of(notice, tenant?.Name ?? notice.TenantId, tenant?.TimeZone, options.Value.PublicUrl);
    }
}
