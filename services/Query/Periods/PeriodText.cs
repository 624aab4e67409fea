using System.Globalization;
using System.Text.RegularExpressions;
using MailStats.Mail.Time;
using MailStats.ServiceDefaults;

namespace MailStats.Query.Periods;

internal sealed partial record Period
{
    /// <summary>Reads the period from a filter; mistakes go to <paramref name="problems"/> under the field's name.</summary>
    /// <param name="filter">As given in the query string.</param>
    /// <param name="now">The present.</param>
    /// <param name="zone">From <see cref="Names.Zones"/>.</param>
    /// <param name="problems">Gains at least one entry when the answer is null.</param>
    public static Period? Resolve(StatisticsFilter filter, DateTimeOffset now, TimeZoneInfo zone, FieldProblems problems) =>
        Read(filter, now, zone, problems)?.At(now);

    private static Period? Read(StatisticsFilter filter, DateTimeOffset now, TimeZoneInfo zone, FieldProblems problems)
    {
        if (filter.From is null && filter.To is null)
        {
            return OfName(filter.Period ?? Default, now, zone)
                ?? problems.Refuse<Period>("period", $"must be one of {string.Join(", ", Names)}; or give from and to.");
        }

        if (filter.Period is not null)
        {
            return problems.Refuse<Period>("period", "cannot stand beside from and to");
        }

        if (filter.From is null)
        {
            return problems.Refuse<Period>("from", "is required where to is given");
        }

        var from = Moment.Read("from", filter.From, problems);
        var to = filter.To is null ? null : Moment.Read("to", filter.To, problems);

        if (from is null || (to is null && filter.To is not null))
        {
            return null;
        }

        to ??= from.Date is null
            ? new Moment(null, LocalDays.FloorToQuarter(now) + LocalDays.Quarter)
            : new Moment(LocalDays.DateAt(now, zone), null);

        return (from, to) switch
        {
            ({ Date: { } first }, { Date: { } last }) => first <= last
                ? Limited(OfDays(first, last, zone), problems)
                : problems.Refuse<Period>("from", "must not be after to"),
            ({ Instant: { } start }, { Instant: { } end }) => start < end
                ? Limited(OfInstants(start, end, zone), problems)
                : problems.Refuse<Period>("from", "must be before to"),
            _ => problems.Refuse<Period>("to", "must be a date where from is a date, and an instant where from is one"),
        };
    }

    private static Period? Limited(Period period, FieldProblems problems)
    {
        if (period.Current.To - period.Current.From > TimeSpan.FromDays(LongestDays))
        {
            return problems.Refuse<Period>("from", $"is more than {LongestDays} days before to");
        }

        return period.Current.From == period.Current.To
            ? problems.Refuse<Period>("from", $"is a day that the time zone {period.Zone.Id} left out")
            : period;
    }

    /// <summary>A date or an instant, one of the two.</summary>
    private sealed partial record Moment(DateOnly? Date, DateTimeOffset? Instant)
    {
        // Milliseconds for one match, which takes microseconds: a text that makes it slow is given up.
        private const int FormMilliseconds = 1000;

        private const string Form = "must be a date (2026-03-01) or an RFC 3339 instant (2026-03-01T06:45:00+01:00)";

        public static Moment? Read(string field, string text, FieldProblems problems)
        {
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return Within(date) ? new Moment(date, null) : OutOfRange(field, problems);
            }

            // A plus sign that was not encoded as %2B arrives as a space.
            var encoded = text.Length > 6 && text[^6] == ' ' ? $"{text[..^6]}+{text[^5..]}" : text;

            if (!InstantForm().IsMatch(encoded)
                || !DateTimeOffset.TryParse(encoded, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
            {
                return problems.Refuse<Moment>(field, Form);
            }

            if (!Within(DateOnly.FromDateTime(instant.UtcDateTime)))
            {
                return OutOfRange(field, problems);
            }

            return instant.UtcTicks % LocalDays.Quarter.Ticks == 0
                ? new Moment(null, instant.ToUniversalTime())
                : problems.Refuse<Moment>(field, "must be on a quarter hour: :00, :15, :30 or :45, without seconds");
        }

        private static bool Within(DateOnly date) => date >= Earliest && date < Latest;

        private static Moment? OutOfRange(string field, FieldProblems problems) =>
            problems.Refuse<Moment>(field, $"must be from {Earliest.Year} to {Latest.Year - 1}");

        [GeneratedRegex(
            @"\A\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,7})?([Zz]|[+-]\d\d:\d\d)\z",
            RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
            FormMilliseconds)]
        private static partial Regex InstantForm();
    }
}
