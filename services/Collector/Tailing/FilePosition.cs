using System.Security.Cryptography;

namespace MailStats.Collector.Tailing;

/// <summary>How far a log was read, and how to recognise that log: where it was, and how it begins.</summary>
internal sealed record FilePosition
{
    /// <summary>Bytes at the beginning of a log that distinguish it from every other log.</summary>
    public const int BeginningLength = 1024;

    public ulong Device { get; init; }

    public ulong Inode { get; init; }

    /// <summary>Bytes read, of the log's text where it is compressed now.</summary>
    public long Offset { get; init; }

    /// <summary>Length and SHA-256 of the beginning.</summary>
    public int BeginningBytes { get; init; }

    public string Beginning { get; init; } = "";

    /// <summary>The log before this one, while lines may still come in it; null when none may.</summary>
    public FilePosition? Former { get; init; }

    /// <summary>UTC ticks of the moment it was noted.</summary>
    public long NotedAt { get; init; }

    public static string HashOf(ReadOnlySpan<byte> beginning) => Convert.ToHexStringLower(SHA256.HashData(beginning));

    /// <summary>True when a text that begins so is the log, or has become more of it.</summary>
    public bool IsBeginningOf(ReadOnlySpan<byte> text) =>
        BeginningBytes > 0 && text.Length >= BeginningBytes && HashOf(text[..BeginningBytes]) == Beginning;
}
