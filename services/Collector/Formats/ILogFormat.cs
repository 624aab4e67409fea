using MailStats.Collector.Joining;

namespace MailStats.Collector.Formats;

/// <summary>
/// Reads one mail server's log, line by line, and joins what it finds in <see cref="Messages"/>. Pure: no I/O, no clock
/// but the log's own stamps.
/// </summary>
internal interface ILogFormat
{
    /// <summary>As <c>--format</c> names it.</summary>
    string Name { get; }

    /// <summary>What has been joined so far.</summary>
    MessageTable Messages { get; }

    /// <summary>What is wrong with the line last read, as field and cause, where there is more to say than its outcome.</summary>
    string? Problem => null;

    /// <summary>
    /// True for a line that is one of this format's by its form, though no time stands at its beginning: what carries it need not
    /// give it one.
    /// </summary>
    bool IsOwnLine(ReadOnlySpan<byte> line) => false;

    /// <summary>True where <see cref="IsOwnLine"/> may be true of a line.</summary>
    bool HasOwnLines => false;

    /// <summary>
    /// False where the line last read, another program's, says nothing in which a line of this format can stand, as a look at its bytes
    /// shows. A format that does not look says true.
    /// </summary>
    bool MayHoldLines => true;

    /// <summary>Takes one line, without its line end.</summary>
    LineOutcome Read(ReadOnlySpan<byte> line);

    /// <summary>The line's own time in UTC ticks; 0 where the line has none that this format knows.</summary>
    long StampOf(ReadOnlySpan<byte> line);
}

/// <summary>What became of a line.</summary>
internal enum LineOutcome
{
    /// <summary>It said something about a message.</summary>
    Used = 0,

    /// <summary>The mail server's own line, but nothing about a delivery (connections, statistics, TLS).</summary>
    NoDelivery,

    /// <summary>Another program's line.</summary>
    OtherProgram,

    /// <summary>About mail that the server sent itself, such as its bounce messages.</summary>
    OwnMail,

    /// <summary>Nothing but blanks.</summary>
    Empty,

    /// <summary>Not a line of this format: time, host or program are not where they belong.</summary>
    NotThisFormat,

    /// <summary>A delivery line that is cut off or lacks a required part.</summary>
    Broken,

    /// <summary>Control characters that no log has.</summary>
    Binary,

    /// <summary>Longer than the reader takes.</summary>
    TooLong,
}
