namespace MailStats.Mail.Lists;

/// <summary>
/// A page of a list; <paramref name="Next"/> is the opaque cursor of the following page, null at the end. A page is whole: it
/// has as many rows as were asked for, unless it is the last.
/// </summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
