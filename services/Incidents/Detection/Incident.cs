using MailStats.Contracts;

namespace MailStats.Incidents.Detection;

/// <summary>What became of an incident in a step.</summary>
internal enum IncidentTurn
{
    Opened = 1,
    Changed = 2,
    Closed = 3,
}

/// <summary>One turn of one incident, as it was known then.</summary>
internal readonly record struct IncidentStep(long Step, IncidentTurn Turn, Incident Incident);

/// <summary>Outcomes in the place of an incident within a step: first attempts, and mail that is tried again.</summary>
internal readonly record struct StepOutcomes(int Good, int Bad, int GoodAgain, int BadAgain)
{
    /// <summary>What failed for a cause that is none of the incident's is no success: nobody knows what would have become of it.</summary>
    public StepOutcomes Add(bool bad, FailureClass cause, int attempts, int first) =>
        bad ? this with { Bad = Bad + first, BadAgain = BadAgain + attempts - first }
        : cause == FailureClass.None ? this with { Good = Good + first, GoodAgain = GoodAgain + attempts - first }
        : this;
}

/// <summary>Failures with one cause in one place, from the first to the last.</summary>
internal sealed class Incident(Place place, FailureClass cause, long since, long opened)
{
    private Dictionary<Place, (double Tried, double Failed)> _cells = [];
    private double[] _failedOf = new double[FailureClasses.Count];

    public Place Place { get; set; } = place;

    /// <summary>The step in which it most likely began.</summary>
    public long Since { get; set; } = since;

    /// <summary>The step in which it was told from chance.</summary>
    public long Opened { get; } = opened;

    /// <summary>The step in which it was told that it is over.</summary>
    public long? Closed { get; set; }

    /// <summary>What it is known by outside, once that is settled.</summary>
    public string? Id { get; set; }

    /// <summary>Another incident has taken it in: they turned out to be one.</summary>
    public Incident? Within { get; set; }

    /// <summary>The cause it was opened for; further ones join it when they begin with it in the same place.</summary>
    public FailureClass FirstCause { get; } = cause;

    public int Causes { get; private set; } = 1 << (int)cause;

    /// <summary>Recipients whose first attempt failed.</summary>
    public double Failed { get; private set; }

    /// <summary>First attempts of the place since the beginning.</summary>
    public double Tried { get; private set; }

    /// <summary>Mail of the place that was tried again since the beginning: attempts that failed for its causes, and those that got through.</summary>
    public double FailedAgain { get; private set; }

    public double PassedAgain { get; private set; }

    /// <summary>What is normal for the place.</summary>
    public double UsualRate { get; set; }

    public double LogChance { get; set; }

    /// <summary>Failures at which its place was last looked at.</summary>
    public double LocatedAt { get; set; }

    public long LastFailure { get; private set; } = since;

    /// <summary>Logarithm of the odds that it is over: see <see cref="Recovery"/>.</summary>
    public double Odds { get; set; } = Recovery.AtFirst;

    /// <summary>The share of first attempts that failed when it was last seen to go on; 0 until that is known.</summary>
    public double Share { get; set; }

    /// <summary>The last step that spoke for its going on.</summary>
    public long Held { get; set; } = since;

    /// <summary>The first step after that in which mail got through.</summary>
    public long? Good { get; set; }

    /// <summary>How often it was over, and was not.</summary>
    public int Times { get; set; }

    /// <summary>The step in which it ended, as far as mail tells, where it was told that it did.</summary>
    public long? Ended { get; set; }

    /// <summary>What happened in the step that is going on, for <see cref="Recovery"/>.</summary>
    public StepOutcomes Step { get; set; }

    public IReadOnlyDictionary<Place, (double Tried, double Failed)> Cells => _cells;

    /// <summary>The cause that most of the failures have.</summary>
    public FailureClass Cause
    {
        get
        {
            if (IsSilence)
            {
                return FirstCause;
            }

            var most = FirstCause;

            for (var cause = 0; cause < FailureClasses.Count; cause++)
            {
                if (_failedOf[cause] > _failedOf[(int)most])
                {
                    most = (FailureClass)cause;
                }
            }

            return most;
        }
    }

    public bool IsSilence => FirstCause == FailureClass.Silence;

    public IncidentKind Kind => FailureClasses.KindOf(Cause, Place);

    public bool IsOf(FailureClass cause) => cause != FailureClass.None && (Causes & (1 << (int)cause)) != 0;

    public Incident Copy()
    {
        var copy = (Incident)MemberwiseClone();
        (copy._cells, copy._failedOf) = (new(_cells), [.. _failedOf]);

        return copy;
    }

    public void Join(FailureClass cause) => Causes |= 1 << (int)cause;

    public void Tally(Place cell, long step, FailureClass cause, int attempts, int first)
    {
        var (tried, failed) = _cells.GetValueOrDefault(cell);
        var bad = IsOf(cause);
        _cells[cell] = (tried + first, failed + (bad ? first : 0));
        Tried += first;

        if (bad)
        {
            _failedOf[(int)cause] += first;
            Failed += first;
            FailedAgain += attempts - first;
            LastFailure = Math.Max(LastFailure, step);
        }
        else if (cause == FailureClass.None)
        {
            PassedAgain += attempts - first;
        }
    }

    /// <summary>All that has failed so far speaks for its going on.</summary>
    public void GoesOn() => (Held, Good) = (Math.Max(Held, LastFailure), null);

    /// <summary>What fails now is what usually does: that so much fails tells nothing of its going on.</summary>
    /// <param name="share">The share that fails now.</param>
    public void IsUsual(double share) => (UsualRate, Share, Odds) = (Math.Max(UsualRate, share), Math.Max(3 * share, Failed / Tried), 0);

    /// <summary>
    /// Counts the mail of its place anew, after that has changed: one that turned out to be narrower had all mail of the wider place for
    /// its own, and a rate that is taken for so low takes hours to be told from the usual one.
    /// </summary>
    public void CountAnew()
    {
        var (tried, failed) = (0.0, 0.0);

        foreach (var (cell, known) in _cells)
        {
            (tried, failed) = Place.Covers(cell) ? (tried + known.Tried, failed + known.Failed) : (tried, failed);
        }

        (Tried, Failed) = (tried, failed);
    }

    /// <summary>Takes in an incident that turned out to be a part of this one.</summary>
    public void TakeIn(Incident other)
    {
        Causes |= other.Causes;
        Since = Math.Min(Since, other.Since);
        Failed += other.Failed;
        FailedAgain += other.FailedAgain;
        PassedAgain += other.PassedAgain;
        LastFailure = Math.Max(LastFailure, other.LastFailure);
        GoesOn();
        other.Within = this;

        for (var cause = 0; cause < FailureClasses.Count; cause++)
        {
            _failedOf[cause] += other._failedOf[cause];
        }

        foreach (var (cell, (triedThere, failed)) in other._cells)
        {
            // Mail of a cell that both know is the same mail: it is no more for having failed for two causes.
            var mine = _cells.GetValueOrDefault(cell);
            var all = Math.Max(mine.Tried, triedThere);
            Tried += all - mine.Tried;
            _cells[cell] = (all, mine.Failed + failed);
        }
    }
}
