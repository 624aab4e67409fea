namespace MailStats.Collector.Formats;

/// <summary>Reads the stamps of RFC 3339, of which many lines share a second: date and time of day are read once for each.</summary>
internal sealed class SharedSecond
{
    private readonly byte[] _text = new byte[Stamps.IsoLength];
    private DateTime _local;

    /// <inheritdoc cref="Stamps.TryReadIso"/>
    public bool TryReadIso(ReadOnlySpan<byte> line, out DateTime local, out TimeSpan? offset, out int length)
    {
        if (_local != default && line.StartsWith(_text))
        {
            local = Stamps.ReadIsoRest(line, _local, out offset, out length);

            return true;
        }

        if (!Stamps.TryReadIso(line, out local, out offset, out length))
        {
            return false;
        }

        line[.._text.Length].CopyTo(_text);
        _local = local.AddTicks(-(local.Ticks % TimeSpan.TicksPerSecond));

        return true;
    }
}
