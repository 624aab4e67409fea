using System.Globalization;
using MailStats.Policy.Decisions;

namespace MailStats.Policy.Postfix;

/// <summary>From Postfix's attributes to a message, and from a verdict to Postfix's answer.</summary>
internal static class PolicyQuestion
{
    private const int MostRecipients = 1_000_000;

    /// <exception cref="MalformedRequestException">An attribute that is needed is missing or wrong.</exception>
    public static SubmittedMessage Read(PolicyRequest request)
    {
        if (request["request"] != "smtpd_access_policy")
        {
            throw new MalformedRequestException("request is not smtpd_access_policy");
        }

        var stage = request["protocol_state"] switch
        {
            "RCPT" or "DATA" => PolicyStage.Advisory,
            "END-OF-MESSAGE" => PolicyStage.Binding,
            "" => throw new MalformedRequestException("protocol_state is missing"),
            _ => PolicyStage.Other,
        };

        return new SubmittedMessage
        {
            Stage = stage,
            Sender = request["sender"],
            Login = request["sasl_username"],
            Recipient = request["recipient"],
            NamedRecipients = request["recipient"] is { Length: > 0 } recipient ? [recipient] : [],
            ClientAddress = request["client_address"],
            Recipients = stage == PolicyStage.Other ? 0 : Recipients(request, stage),
            Key = stage == PolicyStage.Binding ? Key(request) : $"{request["policy_context"]}/{request["instance"]}",
            QueueId = request["queue_id"],
            Context = request["policy_context"],
        };
    }

    public static string Answer(Verdict verdict) => verdict.Refusal is { } refusal ? Action(refusal) : Action("DUNNO");

    public static string Action(string action) => $"action={action}\n\n";

    // At RCPT one recipient is asked about and recipient_count is 0; from DATA on it counts those accepted so far.
    private static int Recipients(PolicyRequest request, PolicyStage stage)
    {
        var text = request["recipient_count"];

        if (request["protocol_state"] == "RCPT" || (text.Length == 0 && stage == PolicyStage.Advisory))
        {
            return 1;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > MostRecipients)
        {
            throw new MalformedRequestException($"recipient_count at {request["protocol_state"]} is not a number from 1 to {MostRecipients}");
        }

        return count;
    }

    private static string Key(PolicyRequest request)
    {
        var key = $"{request["policy_context"]}/{request["instance"]}/{request["queue_id"]}";

        if (request["instance"].Length + request["queue_id"].Length == 0)
        {
            throw new MalformedRequestException("both instance and queue_id are missing");
        }

        return key.Length <= 255 ? key : throw new MalformedRequestException("policy_context, instance and queue_id are longer than 253 characters");
    }
}
