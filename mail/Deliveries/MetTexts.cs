using System.Runtime.InteropServices;

namespace MailStats.Mail.Deliveries;

/// <summary>
/// Which texts are met often enough to have a number (<see cref="IStoredTexts"/>): those that stand in the mail of several
/// recipients. So neither what is said once nor what is said of one person fills a store's tables. Used by one thread at a time.
/// </summary>
public sealed class MetTexts<T>(IEqualityComparer<T>? comparer = null)
    where T : notnull
{
    /// <summary>Recipients in whose mail a text is met before it gets a number: with fewer, its row would cost more than it spares.</summary>
    public const int Often = 4;

    /// <summary>Texts that were not met often yet. When there is no room, counting begins anew: what is common is met again soon.</summary>
    public const int MaxMet = 50_000;

    /// <summary>Rows of a store's table, about 200 bytes each. What comes after stays written out with each delivery.</summary>
    public const int MaxNumbered = 1_000_000;

    private readonly Dictionary<T, (int Times, int LastRecipient)> _met = new(comparer);

    /// <summary>True from the time on at which it was met often.</summary>
    public bool Meet(T item, int recipient)
    {
        if (_met.Count >= MaxMet)
        {
            _met.Clear();
        }

        ref var met = ref CollectionsMarshal.GetValueRefOrAddDefault(_met, item, out var known);

        if (!known || met.LastRecipient != recipient)
        {
            met = (met.Times + 1, recipient);
        }

        return met.Times >= Often;
    }

    public void Forget(T item) => _met.Remove(item);
}
