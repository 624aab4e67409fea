using System.Numerics;

namespace MailStats.Mail.Search.Segments;

/// <summary>
/// Memory for a while, used again by who asks next. Of a segment that is made these are arrays of megabytes: made anew each time, or rented by
/// one thread and the next, they are what a busy process's heap consists of.
/// </summary>
internal sealed class ReusedMemory<T>
{
    private T[] _items = [];

    /// <summary>So many, with anything in them. What was given before is no longer the caller's.</summary>
    public Span<T> Take(int count)
    {
        if (_items.Length < count)
        {
            _items = new T[(int)BitOperations.RoundUpToPowerOf2((uint)count)];
        }

        return _items.AsSpan(0, count);
    }
}
