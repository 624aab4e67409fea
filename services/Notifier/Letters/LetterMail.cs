using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace MailStats.Notifier.Letters;

/// <summary>Puts a letter into a mail: plain text, and HTML with its chart.</summary>
internal static class LetterMail
{
    public static void Fill(MailMessage message, Letter letter)
    {
        var story = LetterStory.Of(letter);
        message.Subject = story.Subject;
        message.SubjectEncoding = Encoding.UTF8;
        message.BodyEncoding = Encoding.UTF8;
        message.Body = LetterBody.Plain(letter, story);
        var html = AlternateView.CreateAlternateViewFromString(LetterBody.Html(letter, story), Encoding.UTF8, MediaTypeNames.Text.Html);
        html.LinkedResources.Add(new(new MemoryStream(LetterChart.Draw(letter.Days)), MediaTypeNames.Image.Png)
        {
            ContentId = LetterBody.Chart,
            ContentType = { Name = "days.png" },
            TransferEncoding = TransferEncoding.Base64,
        });
        message.AlternateViews.Add(html);
    }
}
