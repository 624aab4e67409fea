namespace MailStats.Collector.Formats;

/// <summary>
/// Something around a mail server's line that carried it here: a container runtime's record, a shipper's JSON, another
/// syslog's line. Wrappings can lie around each other, see <see cref="LayeredFormat"/>.
/// </summary>
internal interface IWrapping
{
    /// <summary>As the summary names it.</summary>
    string Name { get; }

    /// <summary>
    /// Takes the wrapping off. What was inside has a stamp of its own, or gets the wrapping's. The span may be the
    /// line's own bytes.
    /// </summary>
    Unwrapped TryUnwrap(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> inner);
}

/// <summary>What a wrapping made of a line.</summary>
internal enum Unwrapped
{
    /// <summary>The line is not wrapped in this way.</summary>
    No = 0,

    Yes,

    /// <summary>A piece of a line; the rest is in the next record.</summary>
    Held,
}
