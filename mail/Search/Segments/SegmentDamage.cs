namespace MailStats.Mail.Search.Segments;

/// <summary>What reading a damaged segment ends in: bytes that are missing, and numbers that point past the end.</summary>
public static class SegmentDamage
{
    public static bool Shows(Exception error) =>
        error is InvalidDataException or IndexOutOfRangeException or ArgumentOutOfRangeException or OverflowException;
}
