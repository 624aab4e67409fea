namespace MailStats.Collector.Joining;

/// <summary>
/// Joins what several readings left unfinished: a log cut in two gives a message without end in one piece and attempts
/// without beginning in the other. Which piece was read first does not matter.
/// </summary>
internal static class UnfinishedMessages
{
    /// <summary>
    /// How much later than its owner's beginning a piece may say that it began. A queue id is used again only after its
    /// message has left, so this matters only where logs in between were never read; clocks that are set, and what
    /// <c>delay=</c> makes of them, need room.
    /// </summary>
    public static readonly long BeginSlack = TimeSpan.FromDays(1).Ticks;

    /// <summary>For so long a piece waits for the other.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    public const int MaximumKept = 200_000;

    /// <summary>
    /// Reports through <paramref name="table"/> what fits together now, and gives back what is to be kept for later readings.
    /// Messages that were joined are kept too: a third piece may be read yet.
    /// </summary>
    public static KeptMessages Join(IEnumerable<JoinedMessage> earlier, IEnumerable<JoinedMessage> unfinished, MessageTable table, DateTimeOffset now)
    {
        var kept = new List<JoinedMessage>();
        foreach (var pieces in earlier.Concat(unfinished).GroupBy(message => (message.Host, message.QueueId)))
        {
            var begun = MergeSame(pieces.Where(message => message.BeganAt != 0), message => message.BeganAt);
            var orphans = MergeSame(pieces.Where(message => message.BeganAt == 0), message => message.FirstLineAt);
            foreach (var orphan in orphans.OrderBy(message => message.FirstLineAt))
            {
                if (Owner(begun, orphan) is { } owner)
                {
                    JoinTo(table, owner, orphan);
                }
                else if (orphan.PossibleBegin != 0 && !table.LogsSubmissions(orphan.Host))
                {
                    Begin(table, orphan, orphan.PossibleBegin);
                    begun.Add(orphan);
                }
                else
                {
                    kept.Add(orphan);
                }
            }

            kept.AddRange(begun);
        }

        kept.ForEach(message => message.KeptSince = message.KeptSince == 0 ? now.UtcTicks : message.KeptSince);
        var current = kept.Where(message => message.KeptSince >= (now - KeptFor).UtcTicks).ToList();
        if (current.Count > MaximumKept)
        {
            current = [.. current.OrderByDescending(message => message.LastLineAt).Take(MaximumKept)];
        }

        return new KeptMessages(current, kept.Count - current.Count);
    }

    /// <summary>Gives up waiting: reports attempts whose sender is known under the beginning that their lines suggest.</summary>
    public static IReadOnlyList<JoinedMessage> ReportIncomplete(IReadOnlyList<JoinedMessage> kept, MessageTable table)
    {
        foreach (var message in kept.Where(message => message is { BeganAt: 0, Held: not null, Sender: not null }))
        {
            Begin(table, message, message.EstimatedBegin != 0 ? message.EstimatedBegin : message.FirstLineAt);
        }

        return kept;
    }

    private static void Begin(MessageTable table, JoinedMessage message, long at)
    {
        message.BeganAt = at;
        message.OwnMail = message.Sender is { Length: 0 };
        table.ReportHeld(message);
    }

    private static JoinedMessage? Owner(List<JoinedMessage> begun, JoinedMessage orphan) => begun
        .Where(message => orphan.HasUniqueId || (message.BeganAt <= orphan.FirstLineAt
            && (message.EndedAt == 0 || orphan.FirstLineAt <= message.EndedAt)
            && (orphan.EstimatedBegin == 0 || orphan.EstimatedBegin <= message.BeganAt + BeginSlack)))
        .MaxBy(message => message.BeganAt);

    private static void JoinTo(MessageTable table, JoinedMessage owner, JoinedMessage orphan)
    {
        owner.Sender ??= orphan.Sender;
        owner.Bytes ??= orphan.Bytes;
        owner.Subject ??= orphan.Subject;
        owner.HeaderFrom ??= orphan.HeaderFrom;
        owner.MessageId ??= orphan.MessageId;
        owner.SpamScore ??= orphan.SpamScore;
        owner.Pool ??= orphan.Pool;
        owner.Tags ??= orphan.Tags;
        owner.ClientAddress ??= orphan.ClientAddress;
        owner.Login ??= orphan.Login;
        owner.LastLineAt = Math.Max(owner.LastLineAt, orphan.LastLineAt);
        owner.EndedAt = Math.Max(owner.EndedAt, orphan.EndedAt);
        owner.OwnMail |= !owner.Submitted && owner.Sender is { Length: 0 };
        table.ReportHeld(owner);
        foreach (var attempt in orphan.Held ?? [])
        {
            table.Add(owner, attempt);
        }

        if (orphan.ExpiredAt != 0)
        {
            table.Expire(owner, orphan.ExpiredAt, orphan.ExpiredAs ?? "expired");
        }
    }

    /// <summary>The same piece read again: what was learned last is kept.</summary>
    private static List<JoinedMessage> MergeSame(IEnumerable<JoinedMessage> pieces, Func<JoinedMessage, long> identity) =>
    [
        .. pieces.GroupBy(identity).Select(same =>
        {
            var best = same.OrderByDescending(message => message.LastLineAt).ThenByDescending(message => message.Held?.Count ?? 0).First();
            best.EndedAt = same.Max(message => message.EndedAt);
            best.KeptSince = same.Where(message => message.KeptSince != 0).Select(message => message.KeptSince).DefaultIfEmpty().Min();

            return best;
        }),
    ];
}

/// <param name="Messages">To be kept for later readings.</param>
/// <param name="Dropped">Messages given up for age or number.</param>
internal sealed record KeptMessages(IReadOnlyList<JoinedMessage> Messages, int Dropped)
{
    /// <summary>Attempts whose message's beginning is still unknown.</summary>
    public long WaitingAttempts => Messages.Sum(message => (long)(message is { BeganAt: 0, Sender: not "" } ? message.Held?.Count ?? 0 : 0));
}
