using MailStats.Incidents.Detection;

namespace MailStats.Incidents.Following;

/// <summary>
/// What a detector was some hours ago, so that attempts that come late cost the reading of some hours, and not of all that is kept. The
/// last two of every six hours: what is up to six hours late finds one that is no more than twelve old.
/// </summary>
internal sealed class Checkpoints
{
    /// <summary>Six hours.</summary>
    public const int Apart = 6 * Steps.Hour;

    private const int Most = 2;

    /// <summary>Series of a tenant of which none are taken: each is as large as the detector, at 4 kB a series 80 MB.</summary>
    public const int MostSeries = 20_000;

    private readonly List<(TenantDetector Detector, List<Incident> Found)> _all = [];

    /// <summary>Takes one where it is time. Everything before the detector's step is in it, and nothing of that step itself.</summary>
    public void Take(TenantDetector detector, IEnumerable<Incident> found)
    {
        if (detector.SeriesCount is 0 or > MostSeries || (_all.Count > 0 && detector.Now - _all[^1].Detector.Now < Apart))
        {
            return;
        }

        if (_all.Count == Most)
        {
            _all.RemoveAt(0);
        }

        _all.Add(detector.Copy(found));
    }

    /// <summary>Attempts of a step moved: what was taken after it is not right any more.</summary>
    public void Touch(long step) => _all.RemoveAll(taken => taken.Detector.Now > step);

    /// <summary>The latest, to go on from; null where everything has to be read.</summary>
    public (TenantDetector Detector, List<Incident> Found)? Latest() =>
        _all.Count == 0 ? null : _all[^1].Detector.Copy(_all[^1].Found);
}
