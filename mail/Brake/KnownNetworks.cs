using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace MailStats.Mail.Brake;

/// <summary>
/// The client networks that a mailbox sent from, with the first and the last day of each. A thief mostly sends from a network that the
/// mailbox was never seen in.
/// </summary>
public sealed class KnownNetworks
{
    /// <summary>Networks kept, the last used ones: 16 bytes each.</summary>
    public const int Most = 32;

    /// <summary>Days after which a network that was not used is forgotten.</summary>
    public const int DaysKept = BrakeRules.HabitDays;

    /// <summary>Days of knowledge before a network is called new.</summary>
    public const int LeastDays = BrakeRules.LeastDays;

    /// <summary>
    /// Of a mailbox that met a new one every so many days, in the last <see cref="RestlessDays"/>, another tells nothing: it moves, or its
    /// provider gives it another all the time.
    /// </summary>
    public const int DaysOfOne = 4;

    public const int RestlessDays = 28;

    /// <summary>Two at least: many have another network at home.</summary>
    private const int LeastMet = 2;

    private const int Length = 16;

    private readonly (ulong Network, int First, int Last)[] _all;

    private KnownNetworks((ulong Network, int First, int Last)[] all) => _all = all;

    public static KnownNetworks None { get; } = new([]);

    public int Count => _all.Length;

    /// <summary>The network of an address: 24 bits of IPv4, 48 of IPv6. Null for what is no address.</summary>
    public static ulong? Of(string address)
    {
        if (!IPAddress.TryParse(address, out var ip))
        {
            return null;
        }

        ip = ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip;
        var bytes = ip.GetAddressBytes();

        return ip.AddressFamily == AddressFamily.InterNetwork
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8
            : (1UL << 48) | (BinaryPrimitives.ReadUInt64BigEndian(bytes) >> 16);
    }

    /// <summary>What <see cref="Write"/> gave.</summary>
    public static KnownNetworks Read(ReadOnlySpan<byte> bytes)
    {
        var all = new (ulong, int, int)[bytes.Length / Length];

        for (var index = 0; index < all.Length; index++)
        {
            var one = bytes[(index * Length)..];
            all[index] = (
                BinaryPrimitives.ReadUInt64BigEndian(one), BinaryPrimitives.ReadInt32BigEndian(one[8..]), BinaryPrimitives.ReadInt32BigEndian(one[12..]));
        }

        return new(all);
    }

    public byte[] Write()
    {
        var bytes = new byte[_all.Length * Length];

        for (var index = 0; index < _all.Length; index++)
        {
            var one = bytes.AsSpan(index * Length);
            BinaryPrimitives.WriteUInt64BigEndian(one, _all[index].Network);
            BinaryPrimitives.WriteInt32BigEndian(one[8..], _all[index].First);
            BinaryPrimitives.WriteInt32BigEndian(one[12..], _all[index].Last);
        }

        return bytes;
    }

    /// <summary>With a network that mail came from on a day (counted from 1970, UTC). The same object where it says nothing new.</summary>
    public KnownNetworks With(ulong network, int day)
    {
        var at = Array.FindIndex(_all, one => one.Network == network && one.Last >= day - DaysKept);

        if (at >= 0 && _all[at].First <= day && _all[at].Last >= day)
        {
            return this;
        }

        var mine = at < 0 ? (network, day, day) : (network, Math.Min(_all[at].First, day), Math.Max(_all[at].Last, day));

        return new([
            .. _all.Where(one => one.Network != network && one.Last >= day - DaysKept).Append(mine)
                .OrderByDescending(one => one.Item3).ThenBy(one => one.Item2).ThenBy(one => one.Item1).Take(Most),
        ]);
    }

    /// <summary>
    /// True for a network that the mailbox was not seen in before this day, while it has been seen for a week and does not meet new ones all the
    /// time. What was seen until a release is known: somebody has said that it was right.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="day">Days since 1970, UTC.</param>
    /// <param name="released">The day of the mailbox's last release; null for never.</param>
    public bool IsNew(ulong network, int day, int? released) =>
        Array.Exists(_all, one => one.First <= day - LeastDays)
        && !IsRestless(day)
        && !Array.Exists(_all, one => one.Network == network && (one.First < day || one.First <= released) && one.Last >= day - DaysKept);

    /// <summary>Those of today are not counted: a thief may send from many.</summary>
    private bool IsRestless(int day)
    {
        var begun = _all.Min(one => one.First);
        var met = _all.Count(one => one.First > begun && one.First >= day - RestlessDays && one.First < day);

        return met >= LeastMet && DaysOfOne * met >= Math.Min(RestlessDays, day - begun);
    }
}
