namespace MailStats.Mail.Brake;

/// <summary>A stop, made or that would have been made.</summary>
/// <param name="SinceQuarter">The quarter hour in which the behaviour began.</param>
/// <param name="StopQuarter">The quarter hour in which it is stopped.</param>
/// <param name="EndQuarter">The first quarter hour after it.</param>
/// <param name="Cause">Why.</param>
/// <param name="LetThrough">Recipients since it began until it was stopped.</param>
/// <param name="Refused">Recipients after that: refused, or that would have been.</param>
public readonly record struct BrakeEpisode(
    long SinceQuarter, long StopQuarter, long EndQuarter, BrakeCause Cause, long LetThrough, long Refused);
