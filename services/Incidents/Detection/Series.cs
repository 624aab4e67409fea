using System.Numerics;

namespace MailStats.Incidents.Detection;

/// <summary>One series: what happened in the last <see cref="Kept"/> steps, and what was normal before.</summary>
/// <param name="place">Whose mail it is.</param>
/// <param name="tenant">The series of all mail; null for that series itself.</param>
/// <param name="wider">The series to borrow from.</param>
/// <param name="beside">A second one, where two names of the place are known.</param>
internal sealed class Series(Place place, Series? tenant, Series? wider, Series? beside)
{
    /// <summary>Twelve hours: a fault that fails 30 recipients more slowly than that is told from chance by nobody.</summary>
    public const int Kept = 12 * Steps.Hour;

    /// <summary>Two hours: what is younger may still turn out to be the beginning of an incident.</summary>
    public const int Unsettled = 2 * Steps.Hour;

    private readonly List<StepCounts> _recent = [];
    private int _learned;
    private ClassCounts _keptFailed;
    private ClassCounts _recentFailed;
    private ClassCounts _recentExplained;
    private int _recentTried;

    public Place Place { get; } = place;

    public Series? Tenant { get; } = tenant;

    public Series? Wider { get; } = wider;

    public Series? Beside { get; } = beside;

    /// <summary>The narrowest series that it is made of; those of a narrowest one are none.</summary>
    public List<Series> Cells { get; } = [];

    public History History { get; private init; } = new();

    /// <summary>The same without its parts, which may not be copied yet.</summary>
    /// <param name="of">Gives the copy of a series that it borrows from.</param>
    public Series Copy(Func<Series, Series> of)
    {
        Series copy = new(Place, Tenant is null ? null : of(Tenant), Wider is null ? null : of(Wider), Beside is null ? null : of(Beside))
        {
            History = History.Copy(),
            LastStep = LastStep,
            _learned = _learned,
            _keptFailed = _keptFailed,
            _recentFailed = _recentFailed,
            _recentExplained = _recentExplained,
            _recentTried = _recentTried,
        };
        copy._recent.AddRange(_recent.Select(counts => counts.Copy()));

        return copy;
    }

    /// <summary>Steps in ascending order, none without attempts.</summary>
    public IReadOnlyList<StepCounts> Recent => _recent;

    public long LastStep { get; private set; } = long.MinValue;

    /// <summary>First attempts of the last hours that are not part of what is normal yet.</summary>
    public int RecentTried(FailureClass cause) => _recentTried - _recentExplained[(int)cause];

    public int RecentFailed(FailureClass cause) => _recentFailed[(int)cause];

    /// <summary>Failures of all steps that are kept.</summary>
    public int KeptFailed(FailureClass cause) => _keptFailed[(int)cause];

    /// <summary>Takes in first attempts.</summary>
    /// <param name="step">When.</param>
    /// <param name="cause">Why they failed.</param>
    /// <param name="first">How many.</param>
    /// <param name="explained">The causes (bits) for which they belong to an open incident, failed or not.</param>
    /// <param name="lasting">Those of them whose incident has lasted for so long that its failures are how it is.</param>
    public void Add(long step, FailureClass cause, int first, int explained, int lasting)
    {
        var counts = At(step);
        counts.Lasting |= lasting;
        counts.Tried += first;
        _recentTried += counts.Learned ? 0 : first;

        if (cause != FailureClass.None)
        {
            counts.AddFailed(cause, first);
        }

        if (cause != FailureClass.None && (explained & (1 << (int)cause)) == 0)
        {
            counts[cause] += first;
            _keptFailed[(int)cause] += first;
            _recentFailed[(int)cause] += counts.Learned ? 0 : first;
        }

        for (var rest = explained; rest != 0; rest &= rest - 1)
        {
            var of = BitOperations.TrailingZeroCount(rest);
            counts.Explain((FailureClass)of, first);
            _recentExplained[of] += counts.Learned ? 0 : first;
        }

        LastStep = Math.Max(LastStep, step);
    }

    /// <summary>Attempts that turned out to be those of an incident are neither normal nor the sign of another.</summary>
    public void Explain(long step, FailureClass cause, int tried, int failed)
    {
        if (Find(step) is not { } counts)
        {
            return;
        }

        failed = Math.Min(failed, counts[cause]);
        tried = Math.Min(tried, counts.TriedFor(cause));
        counts[cause] -= failed;
        _keptFailed[(int)cause] -= failed;
        counts.Explain(cause, tried);

        if (counts.Learned)
        {
            History.Unlearn(step, cause, tried, failed);
        }
        else
        {
            _recentFailed[(int)cause] -= failed;
            _recentExplained[(int)cause] += tried;
        }
    }

    /// <summary>Moves time on: what is settled becomes normal, what is old is forgotten.</summary>
    public void Advance(long now)
    {
        for (; _learned < _recent.Count && _recent[_learned].Step <= now - Unsettled; _learned++)
        {
            Learn(_recent[_learned]);
        }

        var old = 0;

        while (old < _learned && _recent[old].Step <= now - Kept)
        {
            for (var cause = 0; cause < FailureClasses.Count; cause++)
            {
                _keptFailed[cause] -= _recent[old][(FailureClass)cause];
            }

            old++;
        }

        if (old > 0)
        {
            _recent.RemoveRange(0, old);
            _learned -= old;
        }
    }

    private void Learn(StepCounts counts)
    {
        if (counts.Learned)
        {
            return;
        }

        History.Learn(counts);
        counts.Learned = true;
        _recentTried -= counts.Tried;

        for (var cause = 0; cause < FailureClasses.Count; cause++)
        {
            _recentFailed[cause] -= counts[(FailureClass)cause];
            _recentExplained[cause] -= counts.Explained((FailureClass)cause);
        }
    }

    /// <summary>First attempts and failures since a step.</summary>
    public (int Tried, int Failed) Since(long step, FailureClass cause)
    {
        var (tried, failed) = (0, 0);

        for (var index = _recent.Count - 1; index >= 0 && _recent[index].Step >= step; index--)
        {
            tried += _recent[index].TriedFor(cause);
            failed += _recent[index][cause];
        }

        return (tried, failed);
    }

    private StepCounts? Find(long step)
    {
        for (var index = _recent.Count - 1; index >= 0 && _recent[index].Step >= step; index--)
        {
            if (_recent[index].Step == step)
            {
                return _recent[index];
            }
        }

        return null;
    }

    private StepCounts At(long step)
    {
        var index = _recent.Count;

        while (index > 0 && _recent[index - 1].Step > step)
        {
            index--;
        }

        if (index > 0 && _recent[index - 1].Step == step)
        {
            return _recent[index - 1];
        }

        // Comes far too late: what is learned lies before what is not.
        _learned = Math.Min(_learned, index);
        var counts = new StepCounts(step);
        _recent.Insert(index, counts);

        return counts;
    }
}
