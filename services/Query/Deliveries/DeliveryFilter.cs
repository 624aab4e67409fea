using System.Security.Claims;
using MailStats.Mail.Lists;
using MailStats.Query.Activity;
using MailStats.Query.Lists;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;

namespace MailStats.Query.Deliveries;

/// <summary>Which deliveries, beside the filters of every statistics call.</summary>
internal sealed record DeliveryFilter : IListFilter<DeliveryQuery>
{
    [FromQuery(Name = "search")]
    public string? Search { get; init; }

    /// <summary>One or more statuses.</summary>
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    /// <summary>Only failures for this reason, for example <c>mailbox_full</c>.</summary>
    [FromQuery(Name = "reason")]
    public string? Reason { get; init; }

    /// <summary>Only failures with this SMTP reply code.</summary>
    [FromQuery(Name = "smtpCode")]
    public string? SmtpCode { get; init; }

    /// <summary>Only failures whose reply could not be classified (<c>true</c>) or could (<c>false</c>).</summary>
    [FromQuery(Name = "unknownCode")]
    public string? UnknownCode { get; init; }

    /// <summary>Only mail to this provider.</summary>
    [FromQuery(Name = "provider")]
    public string? Provider { get; init; }

    /// <summary>Only mail with this tag.</summary>
    [FromQuery(Name = "tag")]
    public string? Tag { get; init; }

    /// <summary>Only mail that left from this address of ours in any try.</summary>
    [FromQuery(Name = "ip")]
    public string? Ip { get; init; }

    public async Task<DeliveryQuery?> ReadAsync(
        ClaimsPrincipal caller, StatisticsFilter filter, Selections selections, int limit, FieldProblems problems, CancellationToken cancellationToken)
    {
        var selection = await selections.ReadListAsync(caller, filter, problems, cancellationToken);
        var query = new DeliveryQuery
        {
            Scope = selection?.Scope ?? default,
            Range = selection?.Range,
            Search = ListTexts.ReadSearch(Search, problems),
            Statuses = ListTexts.ReadStatuses(Status, GetActivities.Statuses, problems),
            Reason = ListTexts.ReadReason(Reason, problems),
            ReplyCode = ListTexts.ReadReplyCode(SmtpCode, problems),
            UnknownCode = ListTexts.ReadFlag("unknownCode", UnknownCode, problems),
            Provider = ListTexts.ReadName("provider", Provider, problems),
            Tag = ListTexts.ReadName("tag", Tag, problems),
            OutgoingIp = ListTexts.ReadAddress("ip", Ip, problems),
            Limit = limit,
        };

        return problems.Any || selection is null ? null : query;
    }
}
