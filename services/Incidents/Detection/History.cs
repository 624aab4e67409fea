namespace MailStats.Incidents.Detection;

/// <summary>
/// What is normal for one series: first attempts and failures by the hour of the day, and how rough they are. What is older counts
/// less, by half after <see cref="HalfLifeHours"/>.
/// </summary>
internal sealed class History
{
    /// <summary>Ten days: enough to know the hours of the day, short enough to follow growth.</summary>
    public const double HalfLifeHours = 240;

    private const double HourKept = 0.99711591;   // 2^(-1/240)
    private const double SpreadWeight = 20;       // pairs' worth of the spread that is assumed before any was seen

    private readonly float[] _tried = new float[24];
    private readonly float[]?[] _failed = new float[FailureClasses.Count][];
    private readonly Roughness[] _rough = new Roughness[FailureClasses.Count];

    private double _all;
    private long _hour = long.MinValue;
    private double _hourTried;
    private ClassCounts _hourFailed;

    private struct Roughness
    {
        public double Failed;
        public double Excess;
        public double Pairs;
    }

    public double Tried => _all + _hourTried;

    public double FailedOf(FailureClass cause) => _rough[(int)cause].Failed + _hourFailed[(int)cause];

    /// <summary>Attempts and failures in this hour of the day and the two beside it.</summary>
    public (double Tried, double Failed) Around(long hour, FailureClass cause)
    {
        var of = HourOfDay(hour);
        var failed = _failed[(int)cause];

        return (Three(_tried, of), failed is null ? 0 : Three(failed, of));
    }

    /// <summary>The correlation of two attempts of one hour, as seen, shrunk towards what is usual for the cause.</summary>
    public double Spread(FailureClass cause, in EverybodysRates.Prior prior)
    {
        ref readonly var rough = ref _rough[(int)cause];

        return Math.Clamp((rough.Excess + prior.Spread * SpreadWeight) / (rough.Pairs + SpreadWeight), prior.Spread / 4, prior.MaxSpread);
    }

    /// <summary>Takes in one step. Steps come in order of their hours.</summary>
    public void Learn(StepCounts counts)
    {
        var hour = counts.Step / Steps.Hour;

        if (hour > _hour)
        {
            EndHour(hour);
        }

        _hourTried += counts.Tried;

        for (var cause = 0; cause < FailureClasses.Count; cause++)
        {
            _hourFailed[cause] += counts[(FailureClass)cause];
        }
    }

    /// <summary>Takes failures out again that turned out to be those of an incident.</summary>
    public void Unlearn(long step, FailureClass cause, int failed)
    {
        var hour = step / Steps.Hour;

        if (hour == _hour)
        {
            _hourFailed[(int)cause] = Math.Max(0, _hourFailed[(int)cause] - failed);
            return;
        }

        ref var rough = ref _rough[(int)cause];
        rough.Failed = Math.Max(0, rough.Failed - failed);

        if (_failed[(int)cause] is { } hours)
        {
            var of = HourOfDay(hour);
            hours[of] = Math.Max(0, hours[of] - failed);
        }
    }

    private void EndHour(long next)
    {
        if (_hourTried > 0)
        {
            for (var cause = 0; cause < FailureClasses.Count; cause++)
            {
                EndHour((FailureClass)cause, _hourFailed[cause]);
            }

            _tried[HourOfDay(_hour)] += (float)_hourTried;
            _all += _hourTried;
        }

        if (_hour != long.MinValue)
        {
            Fade(Math.Pow(HourKept, next - _hour));
        }

        (_hour, _hourTried, _hourFailed) = (next, 0, default);
    }

    private void EndHour(FailureClass cause, int failed)
    {
        ref var rough = ref _rough[(int)cause];
        var prior = EverybodysRates.Of(cause);
        var rate = (rough.Failed + prior.Rate * prior.Likeness) / (_all + prior.Likeness);

        if (_hourTried > 1)
        {
            var pairs = _hourTried * (_hourTried - 1) * rate * (1 - rate);
            var single = _hourTried * rate * (1 - rate);

            // One hour says no more than the roughest series may be: a burst is one burst.
            var distance = Math.Min(Math.Abs(failed - _hourTried * rate), 5 * Math.Sqrt(single + pairs * prior.MaxSpread));
            rough.Excess = Math.Max(0, rough.Excess + distance * distance - single);
            rough.Pairs += pairs;
        }

        if (failed > 0)
        {
            rough.Failed += failed;
            (_failed[(int)cause] ??= new float[24])[HourOfDay(_hour)] += failed;
        }
    }

    private void Fade(double kept)
    {
        _all *= kept;

        for (var hour = 0; hour < 24; hour++)
        {
            _tried[hour] *= (float)kept;
        }

        for (var cause = 0; cause < FailureClasses.Count; cause++)
        {
            ref var rough = ref _rough[cause];
            rough.Failed *= kept;
            rough.Excess *= kept;
            rough.Pairs *= kept;

            if (_failed[cause] is { } hours)
            {
                for (var hour = 0; hour < 24; hour++)
                {
                    hours[hour] *= (float)kept;
                }
            }
        }
    }

    private static double Three(float[] hours, int hour) => hours[hour] + hours[(hour + 23) % 24] + hours[(hour + 1) % 24];

    private static int HourOfDay(long hour) => (int)(((hour % 24) + 24) % 24);
}
