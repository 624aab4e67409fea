namespace MailStats.ServiceDefaults;

/// <summary>
/// On a text, or a list of texts, each of which is a word of a set. The OpenAPI document names the set once and refers to it
/// wherever it is meant, so that clients generated from it have one type for it.
/// </summary>
/// <param name="name">The set's name in the document.</param>
/// <param name="words">All of its words.</param>
[AttributeUsage(AttributeTargets.Property)]
public abstract class ClosedSetAttribute(string name, IEnumerable<string> words) : Attribute
{
    public string Name => name;

    public IReadOnlyList<string> Words { get; } = [.. words];
}
