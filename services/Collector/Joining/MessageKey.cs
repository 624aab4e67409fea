using System.Globalization;

namespace MailStats.Collector.Joining;

/// <summary>
/// Names a message: the second its queue id was first seen (UTC), host and queue id, for example
/// <c>20261005T041614-mx1-9A68FB868B9</c>. The same line gives the same key however often and in whatever pieces the log
/// is read, and keys sort by time.
/// </summary>
internal static class MessageKey
{
    public const int MaximumLength = 255;

    public static string Of(JoinedMessage message) => message.Key ??= Of(message.BeganAt, message.Host, message.QueueId);

    public static string Of(long at, string host, string queueId)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{new DateTime(at):yyyyMMdd'T'HHmmss}-{host}-{queueId}");

        return key.Length <= MaximumLength ? key : key[..MaximumLength];
    }
}
