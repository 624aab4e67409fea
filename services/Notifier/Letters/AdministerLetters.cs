using MailStats.ServiceDefaults;
using MailStats.Stores;
using MailStats.Stores.Notifications;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MailStats.Notifier.Letters;

/// <summary>How often the caller's tenant gets a letter.</summary>
internal static class AdministerLetters
{
    internal static readonly string[] Languages = ["en", "fr"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var letters = routes.MapGroup("/v1/admin/letters").WithTags("Notifications").RequireAuthorization(Scopes.Admin);

        letters.MapGet("", GetAsync).WithName("getLetters").WithSummary("How often a letter is mailed, and in which language").TellsVersion();
        letters.MapPut("", PutAsync).WithName("setLetters").WithSummary("Have a letter mailed every week, every month, or not")
            .WithDescription(
                "It goes to every mail address that is told of notices, at seven in the morning of the tenant's time zone, on Mondays or on the "
                + "first of the month: the numbers, what changed by more than chance, the incidents, and the one thing to do.")
            .TakesVersion();
    }

    private static async Task<Ok<LetterView>> GetAsync(HttpContext http, ILetterStore store, CancellationToken cancellationToken) =>
        http.OkWithVersion(LetterView.Of(await store.FindAsync(http.User.TenantId(), cancellationToken)));

    private static async Task<Results<Ok<LetterView>, ValidationProblem, ProblemHttpResult>> PutAsync(
        LetterSetting body, HttpContext http, ILetterStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var problems = new FieldProblems();

        if (!Enum.IsDefined(body.Every))
        {
            problems.Add("every", "must be one of off, weekly, monthly");
        }

        if (!LanguageAttribute.All.Contains(body.Language, StringComparer.Ordinal))
        {
            problems.Add("language", "must be one of en, fr");
        }

        if (problems.Any)
        {
            return problems.Refusal();
        }

        // Another language is no new beginning: the letter that is due comes in it.
        var tenant = http.User.TenantId();
        var before = await store.FindAsync(tenant, cancellationToken);
        var since = before?.Every == body.Every ? before.ChangedAt : time.GetUtcNow();
        var choice = new LetterChoice(tenant, body.Every, body.Language, since);
        var demanded = http.VersionDemanded<LetterView>();

        return await store.ReplaceAsync(choice, now => demanded(LetterView.Of(now)), cancellationToken)
            ? http.OkWithVersion(LetterView.Of(choice))
            : SettingsVersions.Overtaken();
    }
}

/// <summary>How the letter is to come.</summary>
public sealed record LetterSetting
{
    /// <summary><c>off</c>, <c>weekly</c> or <c>monthly</c>.</summary>
    public LetterRhythm Every { get; init; }

    [Language]
    public string Language { get; init; } = "en";
}

/// <summary>The letter by mail.</summary>
public sealed record LetterView
{
    public required LetterRhythm Every { get; init; }

    [Language]
    public required string Language { get; init; }

    internal static LetterView Of(LetterChoice? choice) =>
        new() { Every = choice?.Every ?? LetterRhythm.Off, Language = choice?.Language ?? "en" };
}
