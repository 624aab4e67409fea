using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace MailStats.Query.Links;

/// <summary>What all pages that need no key have in common: plain HTML without a script, nothing from elsewhere, kept nowhere.</summary>
internal static class LinkedPage
{
    private static readonly HtmlEncoder _encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The reader's language and the headers of the answer.</summary>
    /// <param name="http">The request.</param>
    /// <param name="formTarget">Where a form of the page may go: <c>'none'</c> or <c>'self'</c>.</param>
    public static PageTexts Begin(HttpContext http, string formTarget)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'sha256-{PageStyle.Hash}'; base-uri 'none'; form-action {formTarget}; frame-ancestors 'none'";
        headers.CacheControl = "private, no-store";
        headers.Vary = HeaderNames.AcceptLanguage;
        headers["X-Robots-Tag"] = "noindex, nofollow, noarchive";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XContentTypeOptions = "nosniff";
        var texts = PageTexts.For(http.Request);
        headers.ContentLanguage = texts.Language;

        return texts;
    }

    public static ContentHttpResult Answer(string html, int status) => TypedResults.Content(html, "text/html", Encoding.UTF8, status);

    /// <summary>What stands in the place of what there is none of any more.</summary>
    public static string Nothing(PageTexts texts, string heading) =>
        Whole(texts, heading, texts.LinkIsOver, $"<h1>{Encode(texts.LinkIsOver)}</h1><p>{Encode(texts.WhyOver)}</p><p>{Encode(texts.AskForAnother)}</p>");

    /// <param name="texts">The reader's language.</param>
    /// <param name="heading">What stands at the top of the page.</param>
    /// <param name="title">What the browser calls it.</param>
    /// <param name="body">HTML.</param>
    public static string Whole(PageTexts texts, string heading, string title, string body)
    {
        var others = string.Join(
            " · ",
            PageTexts.All.Where(other => other != texts).Select(other =>
                $"<a href=\"?lang={other.Language}\" hreflang=\"{other.Language}\" lang=\"{other.Language}\">{other.Name}</a>"));

        return $"<!doctype html><html lang=\"{texts.Language}\"><head><meta charset=\"utf-8\">"
            + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
            + "<meta name=\"robots\" content=\"noindex,nofollow\"><meta name=\"referrer\" content=\"no-referrer\">"
            + $"<title>{Encode(title)}</title><style>{PageStyle.Sheet}</style></head>"
            + $"<body><header><span>{Encode(heading)}</span><nav>{others}</nav></header><main>{body}</main></body></html>";
    }

    public static string Encode(string text) => _encoder.Encode(text);
}
