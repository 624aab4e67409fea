namespace MailStats.Stores;

/// <summary>
/// The store cannot be used now: unreachable, no space, no right to write, damaged. Nothing of the attempted change was
/// kept; the same call may succeed later.
/// </summary>
public sealed class StorageUnavailableException(string message, Exception? innerException) : Exception(message, innerException);
