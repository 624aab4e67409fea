using System.Globalization;
using MailStats.Contracts;
using MailStats.Incidents.Detection;
using MailStats.Mail.Attempts;
using Incident = MailStats.Incidents.Detection.Incident;

namespace MailStats.Incidents.Telling;

/// <summary>What goes on beside an incident while it lasts: the same domains at other receivers, and other domains at the same receiver.</summary>
internal sealed class Contrast(Incident incident)
{
    /// <summary>First attempts below which nothing is said of a neighbour.</summary>
    private const int Enough = 10;

    private readonly Dictionary<string, long> _reasons = new(StringComparer.Ordinal);

    private IncidentCounts _before = new(0, 0);
    private IncidentCounts _since = new(0, 0);
    private long _providersTried;
    private long _providersFailed;
    private long _domainsTried;
    private long _domainsFailed;

    public string? MainReason => _reasons
        .OrderByDescending(reason => reason.Value)
        .ThenBy(reason => reason.Key, StringComparer.Ordinal)
        .Select(reason => reason.Key)
        .FirstOrDefault();

    /// <summary>In its place, in the day before it.</summary>
    public IncidentCounts Before => _before;

    /// <summary>In its place, since it began.</summary>
    public IncidentCounts Since => _since;

    public void AddBefore(AttemptRow row)
    {
        if (LedgerRows.CauseOf(row.Key) is { } cause && incident.Place.Covers(LedgerRows.PlaceOf(row.Key)))
        {
            _before = new(_before.Tried + row.First, _before.Failed + (incident.IsOf(cause) ? row.First : 0));
        }
    }

    public void Add(AttemptRow row)
    {
        if (LedgerRows.CauseOf(row.Key) is not { } cause)
        {
            return;
        }

        var (cell, place) = (LedgerRows.PlaceOf(row.Key), incident.Place);
        var failed = incident.IsOf(cause) ? row.First : 0;

        if (place.Covers(cell))
        {
            _since = new(_since.Tried + row.First, _since.Failed + failed);

            if (failed > 0)
            {
                _reasons[row.Key.Reason] = _reasons.GetValueOrDefault(row.Key.Reason) + failed;
            }

            return;
        }

        if (place.Provider is not null && cell.Provider != place.Provider && (place.Domain is null || cell.Domain == place.Domain))
        {
            (_providersTried, _providersFailed) = (_providersTried + row.First, _providersFailed + failed);
        }

        if (place.Domain is not null && cell.Domain != place.Domain && (place.Provider is null || cell.Provider == place.Provider))
        {
            (_domainsTried, _domainsFailed) = (_domainsTried + row.First, _domainsFailed + failed);
        }
    }

    public string Told()
    {
        List<string> sentences = [];

        if (incident.Place.Provider is not null)
        {
            sentences.Add(Sentence("other receivers", _providersTried, _providersFailed, "this receiver"));
        }

        if (incident.Place.Domain is not null)
        {
            var where = incident.Place.Provider is { } provider ? $" at {provider}" : "";
            sentences.Add(Sentence($"your other domains{where}", _domainsTried, _domainsFailed, "this domain"));
        }

        sentences.RemoveAll(string.IsNullOrEmpty);

        return sentences.Count > 0 ? string.Join(' ', sentences)
            : incident.Place.Shape == 0 ? "Every domain and every receiver is concerned."
            : "There is too little other mail to compare with.";
    }

    private static string Sentence(string who, long tried, long failed, string only)
    {
        if (tried < Enough)
        {
            return "";
        }

        var share = 100.0 * failed / tried;
        var told = string.Create(CultureInfo.InvariantCulture, $"At the same time {share:0.#} % of {tried} first attempts for {who} failed like this");

        return share < 5 ? $"{told}: it concerns {only} alone." : $"{told}.";
    }
}
