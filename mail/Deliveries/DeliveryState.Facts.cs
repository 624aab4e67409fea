using MailStats.Contracts;
using MailStats.Mail.Addresses;
using MailStats.Mail.Time;

namespace MailStats.Mail.Deliveries;

/// <summary>What the events say of the message. Where they disagree, the greatest value wins.</summary>
public sealed partial class DeliveryState
{
    /// <summary>Tags that are kept; of more the least, whatever the order. Ingest takes as many in one event.</summary>
    public const int MaxTags = 16;

    private readonly List<string> _tags = [];
    private (string? Sender, string? HeaderFrom, Mailbox? Mailbox)? _mailbox;

    /// <summary>Earliest time of any event, microseconds of Unix time.</summary>
    public long AcceptedAt { get; set; } = long.MaxValue;

    /// <summary>True when an event says that the message was taken into the queue.</summary>
    public bool Accepted { get; set; }

    public bool Local { get; set; }

    public string? Sender { get; set; }

    public string? HeaderFrom { get; set; }

    public string? QueueId { get; set; }

    public string? MessageId { get; set; }

    public string? Subject { get; set; }

    public string? Source { get; set; }

    public string? ReportingHost { get; set; }

    public string? Provider { get; set; }

    public string? OutgoingIp { get; set; }

    public string? Pool { get; set; }

    public string? TlsVersion { get; set; }

    public string? ClientAddress { get; set; }

    public string? Login { get; set; }

    /// <summary>The sender's own marks, each once, in ordinal order.</summary>
    public IReadOnlyList<string> Tags => _tags;

    public long? Bytes { get; set; }

    public double? SpamScore { get; set; }

    /// <summary>Whose mail it is, null for the null sender. Worked out once for the same addresses.</summary>
    public Mailbox? Mailbox()
    {
        if (_mailbox is not { } known || !ReferenceEquals(known.Sender, Sender) || !ReferenceEquals(known.HeaderFrom, HeaderFrom))
        {
            known = (Sender, HeaderFrom, Addresses.Mailbox.Of(HeaderFrom, Sender));
            _mailbox = known;
        }

        return known.Mailbox;
    }

    private bool MergeFacts(DeliveryEvent reported, long at)
    {
        var changed = false;
        var earliest = reported.AcceptedAt is { } accepted ? Math.Min(at, UnixTime.ToMicroseconds(accepted)) : at;

        if (earliest < AcceptedAt)
        {
            AcceptedAt = earliest;
            changed = true;
        }

        if (reported.Local && !Local)
        {
            Local = true;
            changed = true;
        }

        Sender = Greater(Sender, reported.Sender, ref changed);
        HeaderFrom = Greater(HeaderFrom, reported.HeaderFrom, ref changed);
        QueueId = Greater(QueueId, reported.QueueId, ref changed);
        MessageId = Greater(MessageId, reported.MessageId, ref changed);
        Subject = Greater(Subject, reported.Subject, ref changed);
        Source = Greater(Source, reported.Source, ref changed);
        ReportingHost = Greater(ReportingHost, reported.ReportingHost, ref changed);
        OutgoingIp = Greater(OutgoingIp, reported.OutgoingIp, ref changed);
        Pool = Greater(Pool, reported.Pool, ref changed);
        TlsVersion = Greater(TlsVersion, reported.TlsVersion, ref changed);
        ClientAddress = Greater(ClientAddress, reported.ClientAddress, ref changed);
        Login = Greater(Login, reported.Login, ref changed);
        changed |= MergeTags(reported.Tags);

        if (reported.Bytes is { } bytes && !(Bytes >= bytes))
        {
            Bytes = bytes;
            changed = true;
        }

        // CompareTo and not ">": a score that is no number is the least of all, and equal to itself.
        if (reported.SpamScore is { } score && (SpamScore is not { } known || score.CompareTo(known) > 0))
        {
            SpamScore = score;
            changed = true;
        }

        if (reported.AttemptNumber is { } number && number > AttemptNumber)
        {
            AttemptNumber = number;
            changed = true;
        }

        return changed;
    }

    /// <summary>A provider that was recognised beats the recipient's domain, which stands for none.</summary>
    private bool MergeProvider(string provider, string recipient)
    {
        if (Provider is not null)
        {
            if (string.Equals(Provider, provider, StringComparison.Ordinal))
            {
                return false;
            }

            var order = (!IsDomainOf(provider, recipient)).CompareTo(!IsDomainOf(Provider, recipient));

            if (order < 0 || (order == 0 && string.CompareOrdinal(provider, Provider) < 0))
            {
                return false;
            }
        }

        Provider = provider;

        return true;

        static bool IsDomainOf(string provider, string recipient) =>
            recipient.Length > provider.Length
            && recipient[recipient.Length - provider.Length - 1] == '@'
            && recipient.EndsWith(provider, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The union, cut at its greatest.</summary>
    private bool MergeTags(IReadOnlyList<string>? tags)
    {
        var changed = false;

        for (var index = 0; index < tags?.Count; index++)
        {
            changed |= AddTag(tags[index]);
        }

        return changed;
    }

    internal bool AddTag(string tag)
    {
        var place = _tags.BinarySearch(tag, StringComparer.Ordinal);

        if (place >= 0 || ~place == MaxTags)
        {
            return false;
        }

        _tags.Insert(~place, tag);

        if (_tags.Count > MaxTags)
        {
            _tags.RemoveAt(MaxTags);
        }

        return true;
    }

    private static string? Greater(string? known, string? told, ref bool changed)
    {
        if (told is null || (known is not null && (ReferenceEquals(known, told) || string.CompareOrdinal(told, known) <= 0)))
        {
            return known;
        }

        changed = true;

        return told;
    }
}
