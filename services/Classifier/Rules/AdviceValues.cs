namespace MailStats.Classifier.Rules;

/// <summary>Places that advice can have.</summary>
[Flags]
internal enum AdvicePlaces
{
    None = 0,
    Receiver = 1,
    List = 2,
    Lookup = 4,
    Ip = 8,
    Missing = 16,
    Limit = 32,
    Link = 64,
    Final = 128,
    Waiting = 256,
}

/// <summary>What a reply tells for the places of advice, null where it tells nothing.</summary>
/// <param name="Receiver">Who refused.</param>
/// <param name="List">The block list.</param>
/// <param name="Lookup">Where to look the address up.</param>
/// <param name="Ip">The address that was refused.</param>
/// <param name="Missing">What did not pass.</param>
/// <param name="Limit">The limit that was exceeded.</param>
/// <param name="Link">The page that the reply names.</param>
/// <param name="Final">Whether it was the last attempt.</param>
/// <param name="Waiting">Whether the queue tries again.</param>
internal readonly record struct AdviceValues(
    string Receiver, string? List, string? Lookup, string? Ip, string? Missing, string? Limit, string? Link, bool Final, bool Waiting)
{
    public AdvicePlaces Filled =>
        AdvicePlaces.Receiver
        | (List is null ? 0 : AdvicePlaces.List)
        | (Lookup is null ? 0 : AdvicePlaces.Lookup)
        | (Ip is null ? 0 : AdvicePlaces.Ip)
        | (Missing is null ? 0 : AdvicePlaces.Missing)
        | (Limit is null ? 0 : AdvicePlaces.Limit)
        | (Link is null ? 0 : AdvicePlaces.Link)
        | (Final ? AdvicePlaces.Final : 0)
        | (Waiting ? AdvicePlaces.Waiting : 0);

    /// <summary>What stands at a place where the reply tells nothing.</summary>
    public static string Otherwise(AdvicePlaces place) => place switch
    {
        AdvicePlaces.List => "a block list",
        AdvicePlaces.Lookup or AdvicePlaces.Link => "the page in the reply",
        AdvicePlaces.Ip => "your server's address",
        AdvicePlaces.Missing => "SPF, DKIM or DMARC",
        AdvicePlaces.Final or AdvicePlaces.Waiting => string.Empty,
        _ => "its limit",
    };

    public string? Of(AdvicePlaces place) => place switch
    {
        AdvicePlaces.Receiver => Receiver,
        AdvicePlaces.List => List,
        AdvicePlaces.Lookup => Lookup,
        AdvicePlaces.Ip => Ip,
        AdvicePlaces.Missing => Missing,
        AdvicePlaces.Limit => Limit,
        AdvicePlaces.Link => Link,
        _ => null,
    };
}
