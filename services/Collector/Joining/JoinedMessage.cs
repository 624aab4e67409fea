using System.Text.Json.Serialization;

namespace MailStats.Collector.Joining;

/// <summary>What the lines read so far say about one message in one server's queue.</summary>
internal sealed class JoinedMessage(string host, string queueId)
{
    /// <summary>Stands where a queue id would, for what was refused before it had one.</summary>
    public const string NoQueue = "NOQUEUE";

    public string Host { get; } = host;

    public string QueueId { get; } = queueId;

    /// <summary>
    /// UTC ticks of the line that shows the message entering the queue; 0 while no such line was read. Attempts are held
    /// until it is known: key and time of acceptance come from it.
    /// </summary>
    public long BeganAt { get; set; }

    /// <summary>UTC ticks of a line near the log's start that begins it, if no earlier one was cut off; else 0.</summary>
    public long PossibleBegin { get; set; }

    /// <summary>UTC ticks of the first and the last line about the message.</summary>
    public long FirstLineAt { get; set; }

    public long LastLineAt { get; set; }

    /// <summary>UTC ticks of the line that shows it leaving the queue; 0 while it is there.</summary>
    public long EndedAt { get; set; }

    /// <summary>When the message entered the queue, according to a later line (Postfix: its time less <c>delay=</c>); 0 if none does.</summary>
    public long EstimatedBegin { get; set; }

    /// <summary>UTC ticks of the first line that shows it in the active queue; 0 if none did.</summary>
    public long QueuedAt { get; set; }

    /// <summary>UTC ticks of the line that gave up on every recipient still deferred; 0 where there is no such line.</summary>
    public long ExpiredAt { get; set; }

    /// <summary>The log's word for giving up: <c>expired</c>, or <c>removed</c> by an operator.</summary>
    public string? ExpiredAs { get; set; }

    /// <summary>True where the queue id is never used again: pieces with the same id are the same message.</summary>
    public bool HasUniqueId { get; set; }

    /// <summary>True once a line shows who handed it in; mail without is the server's own or was forwarded.</summary>
    public bool Submitted { get; set; }

    /// <summary>True for mail that the server made itself, such as a bounce message: not reported.</summary>
    public bool OwnMail { get; set; }

    /// <summary>Envelope sender, empty for the null sender; null while unknown.</summary>
    public string? Sender { get; set; }

    public string? HeaderFrom { get; set; }

    public string? Subject { get; set; }

    public string? MessageId { get; set; }

    public double? SpamScore { get; set; }

    public long? Bytes { get; set; }

    /// <summary>The pool of outgoing addresses that it goes through.</summary>
    public string? Pool { get; set; }

    /// <summary>The sender's own marks, such as a campaign's name.</summary>
    public IReadOnlyList<string>? Tags { get; set; }

    /// <summary>IP address of the client that handed it in, and the name under which that signed in.</summary>
    public string? ClientAddress { get; set; }

    public string? Login { get; set; }

    /// <summary>Recipients in the order in which they came in, for logs whose later lines do not name them.</summary>
    public List<string>? Recipients { get; set; }

    /// <summary>Recipients without a final outcome, where the log shows each of them coming in and no line ends the message.</summary>
    public int Outstanding { get; set; }

    /// <summary>Recipients with a final outcome, for logs that report an outcome more than once.</summary>
    public HashSet<string>? Ended { get; set; }

    /// <summary>Recipients given up by a line without a reply of its own: the log may hold that line twice.</summary>
    public HashSet<string>? GivenUp { get; set; }

    /// <summary>Recipients whose last word was a temporary failure: what an expiry line without address is about.</summary>
    public Dictionary<string, Attempt>? Deferred { get; set; }

    /// <summary>Attempts that wait for the message's beginning or sender.</summary>
    public List<Attempt>? Held { get; set; }

    /// <summary>UTC ticks of the moment a reading first left it unfinished; 0 while none has.</summary>
    public long KeptSince { get; set; }

    /// <summary>See <see cref="MessageKey"/>; made when first asked for, from the beginning. From then on it stays.</summary>
    public string? Key { get; set; }

    /// <summary>False for what was refused before it had a queue id.</summary>
    [JsonIgnore]
    public bool IsQueued => QueueId != NoQueue;

    /// <summary>True once attempts can be reported.</summary>
    [JsonIgnore]
    public bool IsKnown => BeganAt != 0 && Sender is not null;

    /// <summary>The same mail had another queue id before, under which more was said of it.</summary>
    public void LearnFrom(JoinedMessage earlier)
    {
        Subject ??= earlier.Subject;
        HeaderFrom ??= earlier.HeaderFrom;
        SpamScore ??= earlier.SpamScore;

        // Who handed it in first, not the filter that handed it back.
        ClientAddress = earlier.ClientAddress ?? ClientAddress;
        Login = earlier.Login ?? Login;
    }
}
