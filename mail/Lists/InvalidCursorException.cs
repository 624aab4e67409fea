namespace MailStats.Mail.Lists;

/// <summary>A list was asked to go on from a cursor that it never gave.</summary>
public sealed class InvalidCursorException() : Exception("The cursor is not one that this list gave. Ask for the first page again.");
