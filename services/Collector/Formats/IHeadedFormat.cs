namespace MailStats.Collector.Formats;

/// <summary>A format whose logs name their columns in a line of their own, which a reading that goes on in the middle of a log needs too.</summary>
internal interface IHeadedFormat : ILogFormat
{
    /// <summary>The line that named the columns last; null when none was read.</summary>
    string? Header { get; set; }
}
