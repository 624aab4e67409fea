using MailStats.Contracts;
using MailStats.Incidents.Detection;

namespace MailStats.IncidentBench;

/// <summary>Draws the faults of a tenant: every kind, sizes from a handful of recipients to thousands.</summary>
internal static class Faults
{
    private sealed record Form(IncidentKind Kind, int Shape, bool Deferring, params FailureClass[] Causes);

    private static readonly Form[] Forms =
    [
        new(IncidentKind.Authentication, 1, false, FailureClass.Authentication, FailureClass.Policy),
        new(IncidentKind.Authentication, 3, false, FailureClass.Authentication, FailureClass.Content),
        new(IncidentKind.Authentication, 4, true, FailureClass.Authentication),
        new(IncidentKind.Reputation, 2, false, FailureClass.Reputation, FailureClass.Policy),
        new(IncidentKind.Reputation, 3, true, FailureClass.Reputation, FailureClass.Rate),
        new(IncidentKind.Reputation, 4, false, FailureClass.Reputation, FailureClass.Policy),
        new(IncidentKind.Configuration, 0, false, FailureClass.Configuration),
        new(IncidentKind.Configuration, 1, false, FailureClass.Configuration, FailureClass.Policy),
        new(IncidentKind.Configuration, 0, true, FailureClass.Dns),
        new(IncidentKind.Rate, 2, true, FailureClass.Rate, FailureClass.Receiver),
        new(IncidentKind.Rate, 3, true, FailureClass.Rate, FailureClass.Reputation),
        new(IncidentKind.Content, 1, false, FailureClass.Content, FailureClass.Policy),
        new(IncidentKind.Content, 3, false, FailureClass.Content, FailureClass.Unknown),
        new(IncidentKind.Recipients, 1, false, FailureClass.Recipients, FailureClass.Mailbox),
        new(IncidentKind.ReceiverOutage, 2, true, FailureClass.Receiver, FailureClass.Dns),
        new(IncidentKind.OwnOutage, 0, true, FailureClass.Receiver, FailureClass.Dns),
    ];

    private static readonly IncidentKind[] Kinds = [.. Forms.Select(form => form.Kind).Distinct()];

    /// <summary>One after the other, one or two a week, from the second day on; every kind as often as the other.</summary>
    /// <param name="tenant">Whose.</param>
    /// <param name="ranges">What is drawn from.</param>
    /// <param name="draws">The tenant's draws.</param>
    /// <param name="minutes">How long its mail is followed.</param>
    /// <param name="kind">Faults of this kind alone; of every kind where null.</param>
    public static List<Fault> Draw(Tenant tenant, Ranges ranges, Draws draws, double minutes, IncidentKind? kind)
    {
        var kinds = kind is { } only ? [only] : Kinds;
        List<Fault> faults = [];
        var minute = draws.Between(1440, 4320);

        while (minute < minutes - 1440)
        {
            if (One(tenant, ranges, draws, minute, kinds[draws.Below(kinds.Length)]) is { } fault)
            {
                faults.Add(fault);
                minute = fault.End;
            }

            minute += draws.Between(1_440, 10_000);
        }

        return faults;
    }

    /// <summary>Domains that stop, one in ten days, once two weeks are known; of domains with a mail an hour or more.</summary>
    public static List<Fault> DrawSilences(Tenant tenant, Draws draws, double minutes)
    {
        List<Fault> faults = [];

        for (var minute = 16 * 1440 + draws.Between(0, 14_400); minute < minutes - 2880; minute += draws.Between(7_200, 21_600))
        {
            var domain = tenant.Domain();

            if (tenant.MailADay * tenant.DomainShare(domain) >= 24)
            {
                faults.Add(new()
                {
                    Kind = IncidentKind.Silence,
                    Place = new(tenant.Domains[domain], null, null),
                    Causes = [FailureClass.Silence],
                    Share = 1,
                    Start = minute,
                    End = minute + draws.Magnitude(120, 2_880),
                    Deferring = false,
                });
            }
        }

        return faults;
    }

    private static Fault? One(Tenant tenant, Ranges ranges, Draws draws, double minute, IncidentKind kind)
    {
        for (var trial = 0; trial < 60; trial++)
        {
            var forms = Array.FindAll(Forms, form => form.Kind == kind);
            var form = forms[draws.Below(forms.Length)];
            var size = draws.Magnitude(6, 4_000);
            var share = draws.Chance(0.4) ? 1 : draws.Between(ranges.FaultShare.Least, ranges.FaultShare.Most);

            if ((form.Shape & 4) != 0 && tenant.Addresses.Length < 2)
            {
                continue;
            }

            var (domain, provider) = (tenant.Domain(), tenant.Provider());
            var part = 1.0;
            part *= (form.Shape & 1) != 0 ? tenant.DomainShare(domain) : 1;
            part *= (form.Shape & 2) != 0 ? tenant.ProviderShare(provider) : 1;
            part /= (form.Shape & 4) != 0 ? tenant.Addresses.Length : 1;
            var isList = form.Kind == IncidentKind.Recipients;
            var pace = isList ? size / share / draws.Magnitude(10, 300) : tenant.Pace(minute) * part;
            var duration = size / share / pace;

            if (duration < ranges.FaultHours.Least * 60 || duration > ranges.FaultHours.Most * 60)
            {
                continue;
            }

            return new()
            {
                Kind = form.Kind,
                Place = tenant.Cell(domain, provider).Only(form.Shape),
                Causes = form.Causes,
                Share = share,
                Start = minute,
                End = minute + duration,
                Deferring = form.Deferring,
                ListMail = isList ? pace : 0,
            };
        }

        return null;
    }
}
