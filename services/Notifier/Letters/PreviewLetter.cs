using System.ComponentModel;
using System.Security.Claims;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Administration;
using MailStats.Stores.Notifications;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Notifier.Letters;

/// <summary>The letter of the last period that ended, as it is or would have been mailed: nothing is sent.</summary>
internal static class PreviewLetter
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/admin/letters/preview", HandleAsync)
        .WithTags("Notifications")
        .RequireAuthorization(Scopes.Admin)
        .WithName("previewLetter")
        .WithSummary("The letter of the last whole week or month, without sending it");

    private static async Task<Results<Ok<LetterPreview>, NotFound, ValidationProblem>> HandleAsync(
        [FromQuery(Name = "every"), Description("weekly or monthly. Without it as chosen, weekly where none is.")] string? every,
        [FromQuery(Name = "language"), Description("en or fr. Without it as chosen.")] string? language,
        ClaimsPrincipal user,
        ITenantStore tenants,
        ILetterStore letters,
        LetterComposer composer,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();
        var chosen = await letters.FindAsync(user.TenantId(), cancellationToken);
        var rhythm = ReadRhythm(every, chosen?.Every ?? LetterRhythm.Off, problems);

        if (language is not null && !AdministerLetters.Languages.Contains(language, StringComparer.Ordinal))
        {
            problems.Add("language", "must be one of en, fr");
        }

        if (problems.Any)
        {
            return problems.Refusal();
        }

        if (await tenants.FindAsync(user.TenantId(), cancellationToken) is not { } tenant)
        {
            return TypedResults.NotFound();
        }

        var now = time.GetUtcNow();
        var choice = new LetterChoice(tenant.Id, rhythm, language ?? chosen?.Language ?? "en", now);
        var period = LetterPeriod.Ended(rhythm, LetterWriter.ZoneOf(tenant), now);
        var letter = await composer.ComposeAsync(tenant, choice, period, cancellationToken);
        var story = LetterStory.Of(letter);

        return TypedResults.Ok(new LetterPreview
        {
            Subject = story.Subject,
            First = letter.First,
            Last = letter.Last,
            Text = LetterBody.Plain(letter, story),
            Html = LetterBody.Html(letter, story, $"data:image/png;base64,{Convert.ToBase64String(LetterChart.Draw(letter.Days))}"),
        });
    }

    private static LetterRhythm ReadRhythm(string? every, LetterRhythm chosen, FieldProblems problems)
    {
        switch (every)
        {
            case null:
                return chosen == LetterRhythm.Off ? LetterRhythm.Weekly : chosen;
            case "weekly":
                return LetterRhythm.Weekly;
            case "monthly":
                return LetterRhythm.Monthly;
            default:
                problems.Add("every", "must be one of weekly, monthly");

                return LetterRhythm.Weekly;
        }
    }
}

/// <summary>A letter as mail clients show it.</summary>
public sealed record LetterPreview
{
    /// <summary>The subject of the mail.</summary>
    /// <example>"[MailStats] Shop: your mail 2026-03-16 – 2026-03-22"</example>
    public required string Subject { get; init; }

    /// <summary>First day that it tells of, in the tenant's time zone.</summary>
    /// <example>"2026-03-16"</example>
    public required DateOnly First { get; init; }

    /// <summary>Last day.</summary>
    /// <example>"2026-03-22"</example>
    public required DateOnly Last { get; init; }

    /// <summary>The plain text.</summary>
    public required string Text { get; init; }

    /// <summary>The HTML, complete: the picture is in it. No script, nothing from elsewhere.</summary>
    public required string Html { get; init; }
}
