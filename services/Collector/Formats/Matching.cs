namespace MailStats.Collector.Formats;

/// <summary>Regular expressions over what strangers sent.</summary>
internal static class Matching
{
    /// <summary>
    /// Milliseconds after which a match is given up, and the line with it. A megabyte takes less than a tenth of a second; a
    /// machine may be busy, or be put to sleep in the middle.
    /// </summary>
    public const int Milliseconds = 10_000;
}
