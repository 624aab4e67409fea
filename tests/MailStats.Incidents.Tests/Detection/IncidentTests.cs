using MailStats.Incidents.Detection;

namespace MailStats.Incidents.Tests.Detection;

public sealed class IncidentTests
{
    private static readonly Place Cell = new("a.example", "Gmail", null);

    [Fact]
    public void Mail_that_fails_for_a_second_cause_is_not_counted_twice()
    {
        var first = With(FailureClass.Authentication, good: 13, failed: 5);
        var second = With(FailureClass.Policy, good: 15, failed: 3);

        first.TakeIn(second);

        Assert.Equal((18, 8, 0, 0), (first.Tried, first.Failed, first.FailedAgain, first.PassedAgain));
        Assert.Equal((18, 8), first.Cells[Cell]);
    }

    [Fact]
    public void Mail_elsewhere_and_what_is_tried_again_is_added()
    {
        var whole = With(FailureClass.Receiver, good: 10, failed: 5);
        var part = With(FailureClass.Receiver, good: 1, failed: 2, Cell with { Provider = "Yahoo" });
        part.Tally(Cell with { Provider = "Yahoo" }, 1, FailureClass.Receiver, 4, 0);
        part.Tally(Cell with { Provider = "Yahoo" }, 1, FailureClass.None, 3, 1);
        part.Tally(Cell with { Provider = "Yahoo" }, 1, FailureClass.Content, 5, 0);

        whole.TakeIn(part);

        Assert.Equal((19, 7, 4, 2), (whole.Tried, whole.Failed, whole.FailedAgain, whole.PassedAgain));
    }

    [Fact]
    public void One_that_turns_out_to_be_narrower_has_the_mail_of_its_place_alone()
    {
        var incident = With(FailureClass.Configuration, good: 2, failed: 8, at: null, place: Place.Everywhere);
        incident.Tally(new("b.example", "Gmail", null), 0, FailureClass.None, 500, 480);

        incident.Place = new("a.example", null, null);
        incident.CountAnew();

        Assert.Equal((10, 8, 0, 20), (incident.Tried, incident.Failed, incident.FailedAgain, incident.PassedAgain));

        // It may turn out to be wide again: nothing of that is forgotten.
        incident.Place = Place.Everywhere;
        incident.CountAnew();
        Assert.Equal((490, 20), (incident.Tried, incident.PassedAgain));
    }

    private static Incident With(FailureClass cause, int good, int failed, Place? at = null, Place? place = null)
    {
        var incident = new Incident(place ?? at ?? Cell, cause, 0, 5);
        incident.Tally(at ?? Cell, 0, FailureClass.None, good, good);
        incident.Tally(at ?? Cell, 0, cause, failed, failed);

        return incident;
    }
}
