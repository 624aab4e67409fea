using MailStats.Contracts;
using MailStats.Mail.Deliveries;
using MailStats.Mail.Replies;

namespace MailStats.Query.Links;

/// <summary>One entry of the page's timeline.</summary>
/// <param name="Outcome">What was told of it; null where tries are not kept.</param>
/// <param name="Number">Which try it was, 1 for the first; 0 where no server was asked.</param>
/// <param name="Count">How many it stands for.</param>
/// <param name="LastAt">When the last of them was, in microseconds of Unix time.</param>
internal readonly record struct PageAttempt(Outcome? Outcome, int Number, int Count, long LastAt);

/// <summary>What is told of the tries of a delivery, those alike as one.</summary>
internal sealed class PageAttempts(DeliveryState state)
{
    public List<PageAttempt> Folded()
    {
        var attempts = new List<PageAttempt>();
        var missing = Math.Max(0, state.Attempts() - state.Trail.Count(IsTry));
        var (number, before) = (0, "");

        for (var index = 0; index < state.Trail.Count; index++)
        {
            var outcome = state.Trail[index];

            if (index == Trail.First && missing > 0 && state.Trail.Count == Trail.First + Trail.Last)
            {
                attempts.Add(new(null, 0, missing, outcome.At));
                (number, before) = (number + missing, "");
            }

            number += IsTry(outcome) ? 1 : 0;
            var kind = Kind(outcome);

            if (kind == before)
            {
                var same = attempts[^1];
                attempts[^1] = same with { Count = same.Count + 1, LastAt = outcome.At };
            }
            else
            {
                attempts.Add(new(outcome, IsTry(outcome) ? number : 0, 1, outcome.At));
            }

            before = kind;
        }

        return attempts;
    }

    /// <summary>As <see cref="DeliveryFate.Attempts"/> counts them.</summary>
    private static bool IsTry(Outcome outcome) =>
        outcome.Attempted && outcome.Kind is (DeliveryEventKind.Deferred or DeliveryEventKind.Delivered or DeliveryEventKind.Bounced);

    /// <summary>The same for answers that differ in ids, times and numbers alone.</summary>
    private static string Kind(Outcome outcome) =>
        $"{outcome.Kind} {outcome.Attempted} {outcome.RemoteHost is null} "
        + $"{ReplyFingerprint.Of(outcome.ReplyCode ?? 0, outcome.EnhancedCode, outcome.ReplyText)}";
}
