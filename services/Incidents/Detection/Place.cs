namespace MailStats.Incidents.Detection;

/// <summary>Where something happens: a sending domain, a receiving provider, an outgoing address; null means all of them.</summary>
internal readonly record struct Place(string? Domain, string? Provider, string? OutgoingIp)
{
    public static Place Everywhere => default;

    /// <summary>Bit 0: a domain is named, bit 1: a provider, bit 2: an outgoing address.</summary>
    public int Shape => (Domain is null ? 0 : 1) | (Provider is null ? 0 : 2) | (OutgoingIp is null ? 0 : 4);

    public bool Covers(Place other) =>
        (Domain is null || Domain == other.Domain) && (Provider is null || Provider == other.Provider)
        && (OutgoingIp is null || OutgoingIp == other.OutgoingIp);

    /// <summary>True when some mail belongs to both.</summary>
    public bool Meets(Place other) =>
        (Domain is null || other.Domain is null || Domain == other.Domain)
        && (Provider is null || other.Provider is null || Provider == other.Provider)
        && (OutgoingIp is null || other.OutgoingIp is null || OutgoingIp == other.OutgoingIp);

    /// <summary>The same place, seen by some of its names only.</summary>
    public Place Only(int shape) =>
        new((shape & 1) != 0 ? Domain : null, (shape & 2) != 0 ? Provider : null, (shape & 4) != 0 ? OutgoingIp : null);
}
