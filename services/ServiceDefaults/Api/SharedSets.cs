using MailStats.Mail.Replies;
using MailStats.Stores;

namespace MailStats.ServiceDefaults;

/// <summary>Why a delivery failed: a word of the taxonomy.</summary>
public sealed class ReasonAttribute() : ClosedSetAttribute(SetName, Reasons.All)
{
    public const string SetName = "Reason";
}

/// <summary>What a key or token may do.</summary>
public sealed class ScopeAttribute() : ClosedSetAttribute("Scope", Scopes.All);

/// <summary>A language that people are written to in.</summary>
public sealed class LanguageAttribute() : ClosedSetAttribute("Language", All)
{
    public static IReadOnlyList<string> All { get; } = ["en", "fr"];
}
