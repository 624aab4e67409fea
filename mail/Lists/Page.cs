namespace MailStats.Mail.Lists;

/// <summary>
/// A page of a list; <paramref name="Next"/> is the opaque cursor of the following page, null at the end. A search that
/// finds little in a large store ends a page early, with fewer rows than asked for or none, and a cursor to go on from.
/// </summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
