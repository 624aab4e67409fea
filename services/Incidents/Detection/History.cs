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
    private const double WanderKnown = 48;        // hours of much mail that what is assumed of the wander counts for
    private const double GreatestWander = 0.9;    // else what happens in every second hour would make blind
    private const double Farthest = 2.5;
    private const double DaysKept = 14;           // what a steady series weighs, in days
    private const double LeastHour = 50;          // attempts of one hour that always count in full, or nearly
    private const double MailingsKnown = 6;       // mailings that what is assumed of their wander counts for
    private const double Mailing = 3;             // so many times the usual mail of its hour is a mailing

    private float[] _tried = new float[24];
    private float[]?[] _failed = new float[FailureClasses.Count][];
    private float[]?[] _explained = new float[FailureClasses.Count][];
    private Roughness[] _rough = new Roughness[FailureClasses.Count];
    private Spread[]? _mailings;
    private float[] _weights = new float[14];

    private double _all;
    private long _hour = long.MinValue;
    private long _first = long.MinValue;
    private double _hourTried;
    private ClassCounts _hourFailed;
    private ClassCounts _hourExplained;
    private ClassCounts _hourFailedInAll;

    private struct Roughness
    {
        public double Failed;
        public double Explained;
        public Spread Spread;
    }

    /// <summary>What was seen of how much the odds wander, and how much that says.</summary>
    private struct Spread
    {
        public double Excess;
        public double Weight;
    }

    public History Copy()
    {
        var copy = (History)MemberwiseClone();
        copy._tried = [.. _tried];
        copy._failed = [.. _failed.Select(hours => hours?.ToArray())];
        copy._explained = [.. _explained.Select(hours => hours?.ToArray())];
        copy._rough = [.. _rough];
        copy._mailings = _mailings?.ToArray();
        copy._weights = [.. _weights];

        return copy;
    }

    /// <summary>First attempts outside of incidents of a cause, weighed by what they say about its rate.</summary>
    public double TriedFor(FailureClass cause) =>
        _all - _rough[(int)cause].Explained + (_hourTried - _hourExplained[(int)cause]) * WeightOf(_hourTried);

    public double FailedOf(FailureClass cause) => _rough[(int)cause].Failed + _hourFailed[(int)cause] * WeightOf(_hourTried);

    /// <summary>Attempts and failures in this hour of the day and the two beside it.</summary>
    public (double Tried, double Failed) Around(long hour, FailureClass cause)
    {
        var of = HourOfDay(hour);
        var failed = _failed[(int)cause];

        var explained = _explained[(int)cause];

        return (Three(_tried, of) - (explained is null ? 0 : Three(explained, of)), failed is null ? 0 : Three(failed, of));
    }

    /// <summary>First attempts that are usual in an hour like this one; 0 where no day is known yet. Single mailings count little.</summary>
    public double Usual(long hour)
    {
        var hours = _first == long.MinValue ? 0 : _hour - _first;

        return hours < 24 ? 0 : _tried[HourOfDay(hour)] * 24 * (1 - HourKept) / (1 - Math.Pow(HourKept, hours));
    }

    /// <summary>First attempts that are usual from one step to another, both included.</summary>
    public double UsualSince(long from, long to) => Sum(from, to, Usual);

    /// <summary>First attempts from one step to another, both included, where so many are usual in each hour (counted from 1970).</summary>
    public static double Sum(long from, long to, Func<long, double> ofHour)
    {
        var sum = 0.0;

        for (var step = from; step <= to;)
        {
            var next = Math.Min(to + 1, ((step / Steps.Hour) + 1) * Steps.Hour);
            sum += (next - step) * ofHour(step / Steps.Hour) / Steps.Hour;
            step = next;
        }

        return sum;
    }

    /// <summary>True for far more mail than is usual: a mailing, whose list is one draw however much mail shows it.</summary>
    public static bool IsMailing(double tried, double usual, double least) => tried > (Mailing * usual) + least;

    /// <summary>Days of which it knows, at most those that it keeps.</summary>
    public double Days => _first == long.MinValue ? 0 : Math.Min(DaysKept, (_hour - _first + 1) / 24.0);

    /// <summary>
    /// The variance of the logarithm of the odds from hour to hour, beside what chance adds: as seen, shrunk towards what is known of
    /// wider series.
    /// </summary>
    public double Wander(FailureClass cause, double prior, double wider) =>
        Wander(_rough[(int)cause].Spread, WanderKnown / (prior * prior * prior * prior), wider);

    /// <summary>The same from one mailing to another.</summary>
    public double WanderOfMailings(FailureClass cause, double prior, double wider) =>
        _mailings?[(int)cause] is { Weight: > 0 } seen
            ? Math.Min(GreatestWander * GreatestWander, (seen.Excess + MailingsKnown * wider) / (seen.Weight + MailingsKnown))
            : wider;

    private static double Wander(Spread spread, double known, double wider) => Math.Min(
        GreatestWander * GreatestWander, Math.Log(1 + ((spread.Excess + known * (Math.Exp(wider) - 1)) / (spread.Weight + known))));

    /// <summary>What each attempt of a recent hour counts in <see cref="TriedFor"/> and <see cref="FailedOf"/>.</summary>
    public double WeightAt(long hour) => hour == _hour ? WeightOf(_hourTried) : _weights[Slot(hour)];

    /// <summary>Takes in one step. Steps come in order of their hours.</summary>
    public void Learn(StepCounts counts)
    {
        var hour = counts.Step / Steps.Hour;

        if (hour > _hour)
        {
            EndHour(hour);
            _first = _first == long.MinValue ? hour : _first;
        }

        _hourTried += counts.Tried;

        for (var cause = 0; cause < FailureClasses.Count; cause++)
        {
            var isLasting = (counts.Lasting & (1 << cause)) != 0;
            _hourFailed[cause] += isLasting ? counts.FailedInAll((FailureClass)cause) : counts[(FailureClass)cause];
            _hourExplained[cause] += isLasting ? 0 : counts.Explained((FailureClass)cause);
            _hourFailedInAll[cause] += counts.FailedInAll((FailureClass)cause);
        }
    }

    /// <summary>Takes attempts out again that turned out to be those of an incident.</summary>
    public void Unlearn(long step, FailureClass cause, int tried, int failed)
    {
        var hour = step / Steps.Hour;

        if (hour == _hour)
        {
            _hourFailed[(int)cause] = Math.Max(0, _hourFailed[(int)cause] - failed);
            _hourExplained[(int)cause] += tried;
            return;
        }

        var weight = _weights[Slot(hour)];
        ref var rough = ref _rough[(int)cause];
        var of = HourOfDay(hour);
        rough.Explained += tried * weight;
        (_explained[(int)cause] ??= new float[24])[of] += tried * weight;

        if (_failed[(int)cause] is { } hours)
        {
            rough.Failed = Math.Max(0, rough.Failed - failed * weight);
            hours[of] = Math.Max(0, hours[of] - failed * weight);
        }
    }

    private void EndHour(long next)
    {
        if (_hourTried > 0)
        {
            var weight = WeightOf(_hourTried);
            var isMailing = Usual(_hour) is > 0 and var usual && IsMailing(_hourTried, usual, LeastHour);
            _mailings = isMailing ? _mailings ?? new Spread[FailureClasses.Count] : _mailings;

            for (var cause = 0; cause < FailureClasses.Count; cause++)
            {
                EndHour((FailureClass)cause, _hourTried - _hourExplained[cause], _hourFailed[cause], weight, isMailing);
            }

            _weights[Slot(_hour)] = (float)weight;
            _tried[HourOfDay(_hour)] += (float)(_hourTried * weight);
            _all += _hourTried * weight;
        }

        if (_hour != long.MinValue)
        {
            Fade(Math.Pow(HourKept, next - _hour));
        }

        (_hour, _hourTried, _hourFailed, _hourExplained, _hourFailedInAll) = (next, 0, default, default, default);
    }

    private void EndHour(FailureClass cause, double tried, int failed, double weight, bool isMailing)
    {
        ref var rough = ref _rough[(int)cause];
        var prior = EverybodysRates.Of(cause);
        var rate = (rough.Failed + prior.Rate * prior.Likeness) / (_all - rough.Explained + prior.Likeness);

        if (isMailing)
        {
            RoughenByMailing(ref _mailings![(int)cause], _hourTried * rate * (1 - rate), _hourFailedInAll[(int)cause] * (1 - rate), prior.Mailings);
        }
        else
        {
            Roughen(ref rough.Spread, WanderKnown, _hourTried, _hourFailedInAll[(int)cause], rate, prior.Wander);
        }

        if (tried < _hourTried)
        {
            var explained = (_hourTried - tried) * weight;
            rough.Explained += explained;
            (_explained[(int)cause] ??= new float[24])[HourOfDay(_hour)] += (float)explained;
        }

        if (failed > 0)
        {
            rough.Failed += failed * weight;
            (_failed[(int)cause] ??= new float[24])[HourOfDay(_hour)] += (float)(failed * weight);
        }
    }

    /// <summary>
    /// Learns how rough the series is, from incidents too: what happens every few days is how it is. Hours count by what they tell: past
    /// some expected failures more mail tells no more. One hour moves it by no more than <see cref="Farthest"/> deviations of what
    /// was known of it: else one burst would make blind for the next.
    /// </summary>
    private static void Roughen(ref Spread spread, double hours, double tried, double failed, double rate, double wander)
    {
        var single = tried * rate * (1 - rate);
        var assumed = wander * wander;
        var known = (spread.Excess + hours / assumed) / (spread.Weight + hours / (assumed * assumed));
        var distance = Math.Min(Math.Abs(failed - tried * rate), Farthest * Math.Sqrt(single + single * single * known));
        var scale = assumed * single + 1;
        spread.Excess = Math.Max(0, spread.Excess + (distance * distance - single) / (scale * scale));
        spread.Weight += single * single / (scale * scale);
    }

    /// <summary>
    /// Learns how much mailings differ, by the logarithm of their odds: they are few, and of few the mean of odds themselves is mostly
    /// far too low, because it lies in the one list in twenty that was not seen yet.
    /// </summary>
    private static void RoughenByMailing(ref Spread spread, double usual, double failed, double wander)
    {
        var weight = usual / (usual + (1 / (wander * wander)));
        var known = (spread.Excess + MailingsKnown * wander * wander) / (spread.Weight + MailingsKnown);
        var chance = 1 / (1 + Math.Max(usual, failed));
        var distance = Math.Log((failed + 0.5) / (usual + 0.5));
        spread.Excess = Math.Max(0, spread.Excess + weight * (Math.Min(distance * distance, Farthest * Farthest * (known + chance)) - chance));
        spread.Weight += weight;
    }

    private void Fade(double kept)
    {
        _all *= kept;

        Fade(_tried, (float)kept);

        for (var cause = 0; cause < FailureClasses.Count; cause++)
        {
            ref var rough = ref _rough[cause];
            rough.Failed *= kept;
            rough.Explained *= kept;
            Fade(ref rough.Spread, kept);

            Fade(_failed[cause], (float)kept);
            Fade(_explained[cause], (float)kept);
        }

        for (var cause = 0; cause < _mailings?.Length; cause++)
        {
            Fade(ref _mailings[cause], kept);
        }
    }

    private static void Fade(ref Spread spread, double kept)
    {
        spread.Excess *= kept;
        spread.Weight *= kept;
    }

    private static void Fade(float[]? hours, float kept)
    {
        for (var hour = 0; hour < hours?.Length; hour++)
        {
            hours[hour] *= kept;
        }
    }

    /// <summary>
    /// What each attempt of an hour counts. An hour with far more mail than a usual day is one event: one bad list of a sender of
    /// little must not become what is normal for it.
    /// </summary>
    private double WeightOf(double tried) => 1 / (1 + tried / Math.Max(LeastHour, _all / DaysKept));

    private static double Three(float[] hours, int hour) => hours[hour] + hours[(hour + 23) % 24] + hours[(hour + 1) % 24];

    private int Slot(long hour) => (int)(((hour % _weights.Length) + _weights.Length) % _weights.Length);

    private static int HourOfDay(long hour) => (int)(((hour % 24) + 24) % 24);
}
