namespace MailStats.Incidents.Detection;

/// <summary>First attempts and failures of one cell (a domain at a receiver from an address) since a moment.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Usual">The share that usually fails.</param>
/// <param name="Wander">The variance of the logarithm of its odds.</param>
/// <param name="Tried">First attempts.</param>
/// <param name="Failed">Those that failed.</param>
internal readonly record struct CellTally(Place Cell, double Usual, double Wander, double Tried, double Failed);

/// <summary>
/// Finds the place that explains failures best: the one in which a single common rate, or a single factor on the usual rates, makes the
/// outcomes most likely, while everything outside goes on as usual. Mail in the place that does not fail speaks against it, and so do
/// failures that it leaves out. A cell whose rate wanders anyway tells no more than its wander lets it, however much mail it has.
/// </summary>
internal sealed class Localization
{
    private sealed class Sum
    {
        public double Tried;
        public double Failed;
        public double Expected;
        public double Usual;

        public double Gain => Math.Max(
            Chance.LogRatio(Failed, Tried, Expected), Failed <= Usual ? 0 : Failed * Math.Log(Failed / Usual) - (Failed - Usual));
    }

    private readonly Dictionary<Place, Sum> _sums = [];

    private FailureClass _cause;

    /// <summary>Takes in the outcomes of all cells.</summary>
    public void Load(FailureClass cause, IEnumerable<CellTally> cells, bool addresses)
    {
        _sums.Clear();
        _cause = cause;

        foreach (var cell in cells)
        {
            var weight = 1 / (1 + (cell.Tried * cell.Usual * cell.Wander));
            var (tried, failed) = (weight * cell.Tried, weight * cell.Failed);
            var expected = Chance.LogLikelihood(failed, tried, cell.Usual);

            for (var shape = 0; shape < (addresses ? 8 : 4); shape++)
            {
                var place = cell.Cell.Only(shape);

                if (place.Shape != shape)
                {
                    continue;
                }

                if (!_sums.TryGetValue(place, out var sum))
                {
                    _sums.Add(place, sum = new());
                }

                sum.Tried += tried;
                sum.Failed += failed;
                sum.Expected += expected;
                sum.Usual += tried * cell.Usual;
            }
        }
    }

    /// <summary>How well a place explains the failures; the higher the better.</summary>
    public double Score(Place place) =>
        _sums.TryGetValue(place, out var sum) && sum.Failed > 0 ? sum.Gain + Usual(_cause, place.Shape) : double.NegativeInfinity;

    /// <summary>The best of the places that <paramref name="allowed"/> lets through; the wider one where two explain the same.</summary>
    public (Place Place, double Score)? Best(Func<Place, bool> allowed)
    {
        (Place Place, double Score)? best = null;

        foreach (var (place, sum) in _sums)
        {
            if (sum.Failed <= 0 || !allowed(place))
            {
                continue;
            }

            var score = sum.Gain + Usual(_cause, place.Shape);

            if (best is null || score > best.Value.Score || (score == best.Value.Score && Compare(place, best.Value.Place) < 0))
            {
                best = (place, score);
            }
        }

        return best;
    }

    /// <summary>
    /// Where mail cannot tell two places apart (there is only one domain, or only one receiver yet), causes have places that they
    /// usually take. In nats: a few failing recipients elsewhere outweigh it.
    /// </summary>
    private static double Usual(FailureClass cause, int shape)
    {
        ReadOnlySpan<double> usual = cause switch
        {
            // Everything, domain, provider, domain at provider; then the same from one address.
            FailureClass.Receiver => [-2, -5, 0, -5, -3, -7, -5, -8],
            FailureClass.Dns or FailureClass.Unknown => [-2, -4, 0, -4, -3, -7, -5, -8],
            FailureClass.Authentication => [-4, 0, -4, -2, -3, -6, -4, -8],
            FailureClass.Reputation or FailureClass.Policy => [-4, -3, -1, 0, -1, -6, -1, -7],
            FailureClass.Rate or FailureClass.Greylisting => [-5, -4, 0, -1, -3, -6, -2, -7],
            FailureClass.Configuration => [-1, 0, -3, -3, -2, -6, -5, -8],
            _ => [-4, 0, -4, -1, -5, -6, -6, -8],
        };

        return usual[shape];
    }

    internal static int Compare(Place left, Place right)
    {
        var order = left.Shape.CompareTo(right.Shape);
        order = order != 0 ? order : string.CompareOrdinal(left.Domain, right.Domain);
        order = order != 0 ? order : string.CompareOrdinal(left.Provider, right.Provider);

        return order != 0 ? order : string.CompareOrdinal(left.OutgoingIp, right.OutgoingIp);
    }
}
