using MailStats.Contracts;
using MailStats.Mail.Replies;

namespace MailStats.Collector.Formats;

/// <summary>A conversation with another server as a log quotes it, command by command: what each recipient was answered (RFC 5321 §4.1).</summary>
internal sealed class OutgoingSession
{
    /// <summary>Recipients of one transaction; RFC 5321 §4.5.3.1.8 asks servers for 100.</summary>
    public const int MaximumRecipients = 1_000;

    private readonly List<string> _accepted = [];
    private Step _step = Step.Greeting;
    private string _asked = "";

    private enum Step
    {
        Greeting,
        Recipient,
        Data,
        Message,
        Other,
    }

    /// <summary>Null until <c>MAIL FROM</c>.</summary>
    public string? Sender { get; private set; }

    /// <summary>As its greeting names it.</summary>
    public string? RemoteHost { get; private set; }

    /// <summary>True when the reply last taken accepted more recipients than are remembered: what becomes of that one is not told.</summary>
    public bool HasTooMany { get; private set; }

    public void Mail(string sender)
    {
        _accepted.Clear();
        (Sender, _step) = (sender, Step.Other);
    }

    public void Recipient(string address) => (_asked, _step) = (address, Step.Recipient);

    public void Data() => _step = Step.Data;

    /// <summary>The message's end was sent, where the log says so.</summary>
    public void Message() => _step = Step.Message;

    public void OtherCommand() => _step = _step == Step.Message ? Step.Message : Step.Other;

    /// <summary>Takes a reply; gives those recipients whose outcome it is.</summary>
    public IReadOnlyList<string> Answer(string reply)
    {
        HasTooMany = false;
        var code = LeadingCodes.Read(reply.AsSpan(), out _);
        if (code == 0)
        {
            return [];
        }

        switch (_step)
        {
            case Step.Greeting when code == 220:
                RemoteHost ??= reply.Split([' ', '-', '\n'], 3) is [_, { Length: > 0 } name, ..] ? name : null;
                return [];
            case Step.Recipient when code < 400:
                HasTooMany = _accepted.Count == MaximumRecipients;
                if (!HasTooMany)
                {
                    _accepted.Add(_asked);
                }

                _step = Step.Other;
                return [];
            case Step.Recipient:
                _step = Step.Other;
                return [_asked];
            case Step.Data when code == 354:
                _step = Step.Message;
                return [];
            case Step.Data or Step.Message:
                _step = Step.Other;
                string[] answered = [.. _accepted];
                _accepted.Clear();
                return answered;
            default:
                return [];
        }
    }

    public static readonly string TooMany = $"the conversation has more than {MaximumRecipients} recipients";

    public static DeliveryEventKind KindOf(int code) => code switch
    {
        < 400 => DeliveryEventKind.Delivered,
        < 500 => DeliveryEventKind.Deferred,
        _ => DeliveryEventKind.Bounced,
    };
}
