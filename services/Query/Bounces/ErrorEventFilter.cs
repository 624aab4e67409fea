using System.Security.Claims;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Lists;
using MailStats.Query.Lists;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Bounces;

/// <summary>Which error events, beside the filters of every statistics call.</summary>
internal sealed record ErrorEventFilter : IListFilter<ErrorEventQuery>
{
    [FromQuery(Name = "search")]
    public string? Search { get; init; }

    /// <summary>Only this reason, for example <c>mailbox_full</c>.</summary>
    [FromQuery(Name = "reason")]
    public string? Reason { get; init; }

    /// <summary>Only this SMTP reply code.</summary>
    [FromQuery(Name = "smtpCode")]
    public string? SmtpCode { get; init; }

    /// <summary>Only this enhanced code, for example <c>5.2.2</c>; <c>none</c> for replies without one.</summary>
    [FromQuery(Name = "enhancedCode")]
    public string? EnhancedCode { get; init; }

    /// <summary>
    /// What the period is about: <c>attempt</c> (the default), when the last attempt was made; <c>acceptance</c>, when the mail was
    /// accepted, as statistics count it.
    /// </summary>
    [FromQuery(Name = "periodOf")]
    public string? PeriodOf { get; init; }

    /// <summary>Only replies that could not be classified (<c>true</c>) or that could (<c>false</c>).</summary>
    [FromQuery(Name = "unknownCode")]
    public string? UnknownCode { get; init; }

    /// <summary>One or more of <c>deferred</c>, <c>softBounced</c>, <c>hardBounced</c>, <c>rejected</c>.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    private static readonly DateTimeOffset _endOfTime = new(Period.Latest, default, default);

    internal static readonly IReadOnlyList<string> Spans = ["attempt", "acceptance"];

    internal static readonly IReadOnlyDictionary<string, DeliveryStatus> Statuses = new Dictionary<string, DeliveryStatus>(StringComparer.Ordinal)
    {
        ["deferred"] = DeliveryStatus.Deferred,
        ["softBounced"] = DeliveryStatus.SoftBounced,
        ["hardBounced"] = DeliveryStatus.HardBounced,
        ["rejected"] = DeliveryStatus.Rejected,
    };

    public async Task<ErrorEventQuery?> ReadAsync(
        ClaimsPrincipal caller, StatisticsFilter filter, Selections selections, int limit, FieldProblems problems, CancellationToken cancellationToken)
    {
        var selection = await selections.ReadListAsync(caller, filter, problems, cancellationToken);
        var byAcceptance = ListTexts.ReadWord("periodOf", PeriodOf, Spans, problems) == Spans[1];
        var range = selection?.Range;
        var query = new ErrorEventQuery
        {
            Scope = selection?.Scope ?? default,
            // No attempt is before the acceptance; how long after, nobody knows.
            Range = byAcceptance && range is { } accepted ? accepted with { To = _endOfTime } : range,
            Accepted = byAcceptance ? range : null,
            Search = ListTexts.ReadSearch(Search, problems),
            Reason = ListTexts.ReadReason(Reason, problems),
            ReplyCode = ListTexts.ReadReplyCode(SmtpCode, problems),
            EnhancedCode = ListTexts.ReadEnhancedCode(EnhancedCode, problems),
            UnknownCode = ListTexts.ReadFlag("unknownCode", UnknownCode, problems),
            Statuses = ListTexts.ReadStatuses(Status, Statuses, problems),
            Limit = limit,
        };

        return problems.Any || selection is null ? null : query;
    }
}
