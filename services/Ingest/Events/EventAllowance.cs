namespace MailStats.Ingest.Events;

/// <summary>
/// How many events a request may still name, right ones and wrong ones. It is asked while the body is read, so that reading
/// ends one past the bound, whatever follows.
/// </summary>
internal sealed class EventAllowance(int most)
{
    private int _named;

    /// <summary>The request names more than it may.</summary>
    public bool IsPassed => _named > most;

    /// <summary>False for the one that is too many.</summary>
    public bool TakeOne()
    {
        _named++;

        return !IsPassed;
    }

    /// <summary>Nothing has been named: the body is read in another way.</summary>
    public void Clear() => _named = 0;
}
