using MimeKit;

namespace MailStats.Notifier.Letters;

/// <summary>Puts a letter into a mail: plain text, and HTML with its chart.</summary>
internal static class LetterMail
{
    public static void Fill(MimeMessage message, Letter letter)
    {
        var story = LetterStory.Of(letter);
        var body = new BodyBuilder { TextBody = LetterBody.Plain(letter, story), HtmlBody = LetterBody.Html(letter, story) };
        body.LinkedResources.Add("days.png", LetterChart.Draw(letter.Days), new ContentType("image", "png")).ContentId = LetterBody.Chart;
        message.Subject = story.Subject;
        message.Body = body.ToMessageBody();
    }
}
