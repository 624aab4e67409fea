using MailStats.Query.Attempts;
using MailStats.Query.Overview;
using MailStats.Query.Periods;
using MailStats.ServiceDefaults;

namespace MailStats.Query;

internal sealed class AttemptIntervalAttribute() : ClosedSetAttribute(SetName, GetAttempts.Intervals.Select(interval => interval.Name))
{
    public const string SetName = "AttemptInterval";
}

internal sealed class CountedOutcomeAttribute() : ClosedSetAttribute("CountedOutcome", AttemptGroups.Outcomes.Skip(1));

internal sealed class TimelineIntervalAttribute() : ClosedSetAttribute(SetName, Interval.All.Select(interval => interval.Name))
{
    public const string SetName = "TimelineInterval";
}

internal sealed class TimelineViewAttribute() : ClosedSetAttribute(SetName, GetTimeline.Views)
{
    public const string SetName = "TimelineView";
}

internal sealed class IncidentStateAttribute() : ClosedSetAttribute("IncidentState", ["open", "closed"]);
