using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Serialization;
using MailStats.Policy.Decisions;
using MailStats.ServiceDefaults;
using MailStats.Stores;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace MailStats.Policy.Http;

/// <summary>
/// Stalwart's MTA Hooks (draft-degennaro-mta-hooks): the server posts each stage of a session and does what is answered.
/// RCPT is advice, DATA is binding. The message itself is sent along and dropped as it comes.
/// </summary>
internal static class PostMtaHook
{
    private const long LargestBody = 100 * 1024 * 1024;

    /// <summary>The message is passed over, and so is a header that is longer than this.</summary>
    private const int LongestText = 16 * 1024;

    /// <summary>All but the message's texts: envelope, session and headers.</summary>
    private const long LargestRest = 4 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/policy/mta-hooks", HandleAsync)
        .WithName("answerMtaHook").WithTags("Policy").WithSummary("Stalwart MTA Hooks")
        .WithMetadata(new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(LargestBody), new ShortensTexts(LongestText, LargestRest));

    private static async Task<Results<Ok<MtaHookAnswer>, ValidationProblem>> HandleAsync(
        MtaHook hook, ClaimsPrincipal user, MessageDecision decision, IOptions<PolicyOptions> options)
    {
        var recipients = hook.Envelope?.To?.Count ?? 0;
        var stage = hook.Context?.Stage?.ToUpperInvariant() switch
        {
            "RCPT" => PolicyStage.Advisory,
            "DATA" => PolicyStage.Binding,
            null => (PolicyStage?)null,
            _ => PolicyStage.Other,
        };

        // JSON can say null where a list of addresses is meant.
        if (hook.Envelope?.To?.Any(recipient => recipient is null) == true)
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]> { ["envelope.to"] = ["holds null"] });
        }

        if (stage is null || (stage == PolicyStage.Binding && recipients == 0))
        {
            return TypedResults.ValidationProblem(new Dictionary<string, string[]>
            {
                [stage is null ? "context.stage" : "envelope.to"] = ["is missing"],
            });
        }

        var queueId = hook.Context?.Queue?.Id is { ValueKind: JsonValueKind.String or JsonValueKind.Number } id ? id.ToString() : "";
        var verdict = await decision.TryDecideAsync(new SubmittedMessage
        {
            Stage = stage.Value,
            Sender = hook.Envelope?.From?.Address ?? "",
            Login = hook.Context?.Sasl?.Login ?? "",
            ClientAddress = hook.Context?.Client?.Ip ?? "",
            Recipients = stage == PolicyStage.Binding ? recipients : 1,
            Recipient = recipients == 1 ? hook.Envelope!.To![0].Address ?? "" : "",
            NamedRecipients = Named(hook.Envelope?.To ?? [], stage.Value),
            Key = queueId.Length > 0 ? $"hook/{queueId}" : $"hook/{Guid.NewGuid()}",
            QueueId = queueId,
            Tenant = user.HasScope(Scopes.IngestAll) ? null : user.TenantId(),
        });

        return TypedResults.Ok(verdict switch
        {
            { Refusal: { } refusal } => MtaHookAnswer.Reject(refusal),
            null when options.Value.OnTrouble != TroubleAnswer.Allow => MtaHookAnswer.Reject(MessageDecision.TroubleReply),
            _ => MtaHookAnswer.Accept,
        });
    }

    /// <summary>At RCPT the one that is being named, which is the last; at DATA all, since RCPT may not have been asked.</summary>
    private static IReadOnlyList<string> Named(IReadOnlyList<MtaHookAddress> recipients, PolicyStage stage) => stage switch
    {
        PolicyStage.Advisory when recipients.Count > 0 => [recipients[^1].Address ?? ""],
        PolicyStage.Binding => [.. recipients.Select(recipient => recipient.Address ?? "")],
        _ => [],
    };
}

/// <summary>What of a hook's request matters here.</summary>
public sealed record MtaHook(MtaHookContext? Context, MtaHookEnvelope? Envelope);

/// <param name="Stage"><c>CONNECT</c>, <c>EHLO</c>, <c>AUTH</c>, <c>MAIL</c>, <c>RCPT</c> or <c>DATA</c>.</param>
/// <param name="Sasl">The login, absent without one.</param>
/// <param name="Queue">The queued message.</param>
/// <param name="Client">Who hands the message in.</param>
public sealed record MtaHookContext(string? Stage, MtaHookLogin? Sasl, MtaHookEntry? Queue, MtaHookClient? Client = null);

/// <param name="Ip">Its IP address.</param>
public sealed record MtaHookClient(string? Ip);

/// <param name="Login">Name of the login.</param>
public sealed record MtaHookLogin(string? Login);

/// <param name="Id">Queue id, a string or a number.</param>
public sealed record MtaHookEntry(JsonElement? Id);

/// <param name="From">Envelope sender.</param>
/// <param name="To">Recipients accepted so far.</param>
public sealed record MtaHookEnvelope(MtaHookAddress? From, IReadOnlyList<MtaHookAddress>? To);

/// <param name="Address">Empty for the null sender.</param>
public sealed record MtaHookAddress(string? Address);

internal sealed class MtaHookActionAttribute() : ClosedSetAttribute("MtaHookAction", ["accept", "reject"]);

/// <param name="Action"><c>accept</c> or <c>reject</c>.</param>
/// <param name="Response">The SMTP reply of a rejection.</param>
public sealed record MtaHookAnswer(
    [property: MtaHookAction] string Action, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MtaHookReply? Response)
{
    internal static readonly MtaHookAnswer Accept = new("accept", null);

    internal static MtaHookAnswer Reject(string smtp)
    {
        var parts = smtp.Split(' ', 3);

        return new("reject", new(int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), parts[1], parts[2], false));
    }
}

/// <param name="Status">Reply code.</param>
/// <param name="EnhancedStatus">Enhanced status code.</param>
/// <param name="Message">Text.</param>
/// <param name="Disconnect">False.</param>
public sealed record MtaHookReply(int Status, string EnhancedStatus, string Message, bool Disconnect);
