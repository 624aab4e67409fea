using System.Runtime.InteropServices;
using MailStats.Contracts;

namespace MailStats.Ingest.Events;

/// <summary>Events that stand in a request more than once.</summary>
internal static class Repetitions
{
    /// <summary>
    /// Removes those that say nothing new, and returns how many ids came again. An event that repeats an id and says something
    /// else stays: told in a request of its own it would be merged too, and one answer must not depend on how a client cuts
    /// its requests.
    /// </summary>
    public static int Remove(List<DeliveryEvent> events)
    {
        var firsts = new Dictionary<Guid, DeliveryEvent>(events.Count);
        var repeated = 0;

        events.RemoveAll(made =>
        {
            ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(firsts, made.EventId, out var isRepeated);

            if (!isRepeated)
            {
                first = made;

                return false;
            }

            repeated++;

            return SameTags(made.Tags, first!.Tags) && made with { Tags = first.Tags } == first;
        });

        return repeated;
    }

    /// <summary>Records compare their lists by place in memory.</summary>
    private static bool SameTags(IReadOnlyList<string>? some, IReadOnlyList<string>? others) => (some ?? []).SequenceEqual(others ?? []);
}
