namespace MailStats.Collector.Formats;

/// <summary>Reads the stamps of RFC 3339, of which many lines share a second and most the zone: these are read once for each.</summary>
internal sealed class SharedSecond
{
    private readonly byte[] _text = new byte[Stamps.IsoLength];
    private DateTime _local;

    /// <summary>What stood behind microseconds, with the blank that ends it.</summary>
    private byte[] _zone = [];
    private TimeSpan? _offset;

    /// <inheritdoc cref="Stamps.TryReadIso"/>
    public bool TryReadIso(ReadOnlySpan<byte> line, out DateTime local, out TimeSpan? offset, out int length)
    {
        if (_local != default && line.StartsWith(_text))
        {
            if (TryReadMicroseconds(line, out var ticks))
            {
                (local, offset, length) = (_local.AddTicks(ticks), _offset, MicrosecondsEnd + _zone.Length - 1);

                return true;
            }

            local = Stamps.ReadIsoRest(line, _local, out offset, out length);
            KeepZone(line, offset, length);

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

    private const int MicrosecondsEnd = Stamps.IsoLength + 7;

    private void KeepZone(ReadOnlySpan<byte> line, TimeSpan? offset, int length)
    {
        if (offset is not null && length > MicrosecondsEnd && length < line.Length && line[length] == ' '
            && line[(Stamps.IsoLength + 1)..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') == MicrosecondsEnd - Stamps.IsoLength - 1)
        {
            (_zone, _offset) = (line[MicrosecondsEnd..(length + 1)].ToArray(), offset);
        }
    }

    private bool TryReadMicroseconds(ReadOnlySpan<byte> line, out long ticks)
    {
        ticks = 0;
        if (_zone.Length == 0 || line.Length < MicrosecondsEnd || line[Stamps.IsoLength] is not ((byte)'.' or (byte)',')
            || !line[MicrosecondsEnd..].StartsWith(_zone))
        {
            return false;
        }

        foreach (var digit in line[(Stamps.IsoLength + 1)..MicrosecondsEnd])
        {
            if ((uint)(digit - '0') > 9)
            {
                return false;
            }

            ticks = (ticks * 10) + digit - '0';
        }

        ticks *= TimeSpan.TicksPerMicrosecond;

        return true;
    }
}
