using System.Numerics;
using System.Runtime.InteropServices;

namespace MailStats.Mail.Search.Segments;

/// <summary>Gathers numbers below a bound and gives each once, in order: a few are sorted, many are ticked off one by one.</summary>
internal sealed class MergedNumbers(int bound)
{
    private readonly List<int> _numbers = [];
    private readonly ulong[] _ticks = new ulong[(bound + 63) / 64];

    public void Add(int number) => _numbers.Add(number);

    /// <summary>Everything since the last call, ascending. Valid until the next number is added.</summary>
    public ReadOnlySpan<int> Take()
    {
        var numbers = CollectionsMarshal.AsSpan(_numbers);

        // Ticking looks at all there could be.
        var different = numbers.Length > _ticks.Length / 4 ? Tick(numbers) : Sort(numbers);
        _numbers.Clear();

        return numbers[..different];
    }

    private static int Sort(Span<int> numbers)
    {
        numbers.Sort();
        var written = Math.Min(1, numbers.Length);

        for (var index = 1; index < numbers.Length; index++)
        {
            if (numbers[index] != numbers[written - 1])
            {
                numbers[written++] = numbers[index];
            }
        }

        return written;
    }

    private int Tick(Span<int> numbers)
    {
        foreach (var number in numbers)
        {
            _ticks[number >> 6] |= 1UL << number;
        }

        var written = 0;

        for (var index = 0; index < _ticks.Length; index++)
        {
            for (var left = _ticks[index]; left != 0; left &= left - 1)
            {
                numbers[written++] = (index << 6) + BitOperations.TrailingZeroCount(left);
            }

            _ticks[index] = 0;
        }

        return written;
    }
}
