namespace MailStats.ServiceDefaults;

/// <summary>An address of the settings that cannot be listened on: taken, not this machine's, not allowed to this user.</summary>
/// <param name="message">Names the setting, the address and the cause.</param>
/// <param name="cause">What the system said.</param>
public sealed class CannotListenException(string message, Exception cause) : Exception(message, cause);
