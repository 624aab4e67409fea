using System.Globalization;
using System.Text;

namespace MailStats.Collector.Formats;

/// <summary>
/// How a mapped log writes times: <c>iso</c> (RFC 3339, the zone may be missing), <c>unix</c> or <c>unix-ms</c> since 1970, or a pattern
/// of .NET's letters, such as <c>dd.MM.yyyy HH:mm:ss</c>.
/// </summary>
internal sealed class MappedTime
{
    /// <summary>Another year, a day above 12 and an afternoon: a pattern that leaves something out does not give it back.</summary>
    private static readonly DateTime Probe = new(1999, 11, 23, 16, 45, 0);

    private readonly string _form;

    private MappedTime(string form) => _form = form;

    public static bool TryCreate(string form, out MappedTime time)
    {
        time = new(form);

        return form is "iso" or "unix" or "unix-ms" || GivesBack(form);
    }

    /// <summary>UTC ticks; 0 when the text is no such time.</summary>
    public long Read(string text, LogClock clock)
    {
        if (_form is "unix" or "unix-ms")
        {
            return FromNumber(text);
        }

        if (_form == "iso")
        {
            return !Stamps.TryReadIso(Encoding.UTF8.GetBytes(text), out var local, out var offset, out var length) || length < text.Length ? 0
                : offset is { } zone ? local.Ticks - zone.Ticks
                : clock.FromLocal(local);
        }

        if (HasZone(_form))
        {
            return DateTimeOffset.TryParseExact(text, _form, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var time) ? time.UtcTicks : 0;
        }

        return DateTime.TryParseExact(text, _form, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var wall)
            ? clock.FromLocal(wall)
            : 0;
    }

    public override string ToString() => _form;

    private long FromNumber(string text)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return 0;
        }

        var seconds = _form == "unix" ? number : number / 1000;

        // To the microsecond: more is a float's noise. Up to the year 9999.
        return seconds is > 0 and < 250_000_000_000
            ? DateTime.UnixEpoch.Ticks + ((long)decimal.Round(seconds * 1_000_000) * TimeSpan.TicksPerMicrosecond)
            : 0;
    }

    private static bool GivesBack(string pattern)
    {
        try
        {
            var text = Probe.ToString(pattern, CultureInfo.InvariantCulture);

            return pattern.Length > 1 && DateTime.TryParseExact(text, pattern, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
                && (HasZone(pattern) || time == Probe);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool HasZone(string pattern) => pattern.Contains('z', StringComparison.Ordinal) || pattern.Contains('K', StringComparison.Ordinal);
}
