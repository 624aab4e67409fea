using System.Globalization;
using MailStats.Mail.Deliveries;
using Microsoft.Net.Http.Headers;

namespace MailStats.Query.Links;

/// <summary>
/// Everything that the page says, in one language; each has a file of its own. What MailStats was told (names, subjects, replies)
/// stands on the page as it is.
/// </summary>
internal sealed partial record PageTexts
{
    /// <summary>The first is for whoever reads none of them.</summary>
    public static IReadOnlyList<PageTexts> All => Languages.All;

    /// <summary>BCP 47.</summary>
    public required string Language { get; init; }

    /// <summary>As its readers call it.</summary>
    public required string Name { get; init; }

    /// <summary>How times and numbers are written.</summary>
    public required CultureInfo Culture { get; init; }

    public required string Title { get; init; }

    public required string LinkIsOver { get; init; }

    public required string WhyOver { get; init; }

    public required string AskForAnother { get; init; }

    /// <summary>Day and time: <c>27 Nov 2026, 09:51:12</c>.</summary>
    public required string Moment { get; init; }

    /// <summary>The sentence on top: who takes the recipient's mail, when, after how many tries.</summary>
    public required Func<DeliveryStatus, string, string, int, string> Headline { get; init; }

    /// <summary>To, from, subject; the last may be null.</summary>
    public required Func<string, string, string?, string> About { get; init; }

    public required string NullSender { get; init; }

    public required string WhatToDo { get; init; }

    public required string WhatHappened { get; init; }

    public required string Accepted { get; init; }

    public required Func<int, string> Try { get; init; }

    public required string NotTried { get; init; }

    public required string GivenUp { get; init; }

    public required string Deferred { get; init; }

    public required string Delivered { get; init; }

    public required string Bounced { get; init; }

    public required string Rejected { get; init; }

    public required string Complained { get; init; }

    /// <summary>Tries that went like the one before, and when the last of them was.</summary>
    public required Func<int, string, string> MoreAlike { get; init; }

    /// <summary>Tries for which there is no room, or that are not kept.</summary>
    public required Func<int, string> LeftOut { get; init; }

    public required string By { get; init; }

    public required string Facts { get; init; }

    public required string Recipient { get; init; }

    public required string Sender { get; init; }

    public required string Subject { get; init; }

    public required string MessageId { get; init; }

    public required string QueueId { get; init; }

    public required string Reason { get; init; }

    public required string Receiver { get; init; }

    public required string Size { get; init; }

    public required Func<string, string> Bytes { get; init; }

    public required string MailServer { get; init; }

    public required string OutgoingIp { get; init; }

    public required string Encryption { get; init; }

    /// <summary>Name of the time zone, and until when the link works.</summary>
    public required Func<string, string, string> Foot { get; init; }

    public required string Masked { get; init; }

    /// <summary>The page that releases a stopped mailbox.</summary>
    public required ReleaseTexts Release { get; init; }

    /// <summary>Reasons by their ids: a name and, where the classifier's own words are of another language, what to do.</summary>
    public required IReadOnlyDictionary<string, (string Name, string? Advice)> Reasons { get; init; }

    /// <summary>The language asked for (<c>?lang=fr</c>), else the one that the browser's reader likes best.</summary>
    public static PageTexts For(HttpRequest request)
    {
        if (Find(request.Query["lang"]) is { } chosen)
        {
            return chosen;
        }

        return request.GetTypedHeaders().AcceptLanguage
            .OrderByDescending(accepted => accepted.Quality ?? 1)
            .Select(accepted => Find(accepted.Value.ToString().Split('-')[0]))
            .FirstOrDefault(texts => texts is not null) ?? All[0];
    }

    /// <summary>A reason's name, its words where nobody wrote one.</summary>
    public string ReasonName(string reason) => Reasons.TryGetValue(reason, out var known) ? known.Name : Words(reason);

    /// <summary>Apart, so that every language is there before they are gathered.</summary>
    private static class Languages
    {
        public static readonly IReadOnlyList<PageTexts> All = [English, French];
    }

    private static PageTexts? Find(string? language) =>
        All.FirstOrDefault(texts => string.Equals(texts.Language, language, StringComparison.OrdinalIgnoreCase));

    private static string Words(string reason)
    {
        var words = reason.Replace('_', ' ');

        return words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];
    }
}
