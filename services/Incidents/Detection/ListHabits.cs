namespace MailStats.Incidents.Detection;

/// <summary>
/// How often a tenant was told of bad lists lately. Lists of some senders are bad every other day; it takes a worse one to tell of it again,
/// until half is forgotten after ten days. Causes that are not of lists are told each time.
/// </summary>
internal sealed class ListHabits
{
    private const double HalfLife = 10 * Steps.Day;

    private double[] _told = new double[FailureClasses.Count];
    private long[] _at = new long[FailureClasses.Count];

    public ListHabits Copy() => new() { _told = [.. _told], _at = [.. _at] };

    public void Note(FailureClass cause, long step)
    {
        if (FailureClasses.IsOfList(cause))
        {
            (_told[(int)cause], _at[(int)cause]) = (Told(cause, step) + 1, step);
        }
    }

    /// <summary>The factor on the odds by which a list has to be worse than usual besides.</summary>
    public double Factor(FailureClass cause, long step) => FailureClasses.IsOfList(cause) ? 1 + Told(cause, step) : 1;

    private double Told(FailureClass cause, long step) => _told[(int)cause] * Math.Pow(0.5, (step - _at[(int)cause]) / HalfLife);
}
