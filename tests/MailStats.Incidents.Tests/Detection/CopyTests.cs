using MailStats.Incidents.Detection;

namespace MailStats.Incidents.Tests.Detection;

/// <summary>A detector that is copied, and both halves of its life.</summary>
public sealed class CopyTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(21)]
    public void A_copy_goes_on_as_the_original_does_and_neither_moves_the_other(int seed)
    {
        var random = new Random(seed);
        var (original, found) = (new TenantDetector(), new List<Incident>());
        var mail = Enumerable.Range(0, 8 * Steps.Day).Select(step => Mail(random, step)).ToList();
        var middle = random.Next(4 * Steps.Day, 6 * Steps.Day);

        foreach (var turn in mail.Take(middle).SelectMany(counts => original.Apply(counts[0].Step, 0, [.. counts])))
        {
            found.AddRange(found.Contains(turn.Incident) ? [] : [turn.Incident]);
        }

        var (copy, known) = original.Copy(found);
        Assert.Equal(found.Select(Told), known.Select(Told));
        var after = Rest(original);

        Assert.Equal(after, Rest(copy));
        Assert.NotEmpty(after);
        Assert.Equal(original.SeriesCount, copy.SeriesCount);

        List<string> Rest(TenantDetector detector) =>
            [
                .. mail.Skip(middle).SelectMany(counts => detector.Apply(counts[0].Step, 0, [.. counts])
                    .Select(turn => $"{turn.Step} {turn.Turn} {Told(turn.Incident)}")),
            ];
    }

    private static string Told(Incident incident) =>
        $"{incident.Place} {incident.Cause} {incident.Since} {incident.Closed} {incident.Failed} {incident.Tried} {incident.Within?.Since}";

    /// <summary>Two domains at three receivers from two addresses; on most days one receiver is down for a while.</summary>
    private static List<AttemptCount> Mail(Random random, int step)
    {
        var down = step / Steps.Day % 4 != 3 && step % Steps.Day is >= 100 and < 118 ? $"r{step / Steps.Day % 3}" : null;
        List<AttemptCount> counts = [];

        foreach (var cell in from domain in (string[])["a.example", "b.example"] from to in (string[])["r0", "r1", "r2"] select (domain, to))
        {
            var place = new Place(cell.domain, cell.to, $"192.0.2.{random.Next(2)}");
            var failed = cell.to == down ? 4 : random.NextDouble() < 0.02 ? 1 : 0;
            counts.Add(new(step, place, FailureClass.None, 6 - failed, 6 - failed));
            counts.Add(new(step, place, FailureClass.Receiver, failed, failed));
        }

        return [.. counts.Where(count => count.Attempts > 0)];
    }
}
