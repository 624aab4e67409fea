using System.Runtime.CompilerServices;

namespace MailStats.Incidents.Detection;

/// <summary>A number for each <see cref="FailureClass"/>.</summary>
[InlineArray(FailureClasses.Count)]
internal struct ClassCounts
{
    private int _first;
}

/// <summary>What happened to one series in one step.</summary>
internal sealed class StepCounts(long step)
{
    private ClassCounts _failed;
    private ClassCounts _explained;
    private ClassCounts _failedInAll;

    public long Step { get; } = step;

    public StepCounts Copy() => (StepCounts)MemberwiseClone();

    /// <summary>First attempts.</summary>
    public int Tried { get; set; }

    /// <summary>First attempts that tell about the usual rate of a cause: those in the place of an open incident do not.</summary>
    public int TriedFor(FailureClass cause) => Tried - _explained[(int)cause];

    public int Explained(FailureClass cause) => _explained[(int)cause];

    /// <summary>Takes attempts out, failed or not: they belong to an incident.</summary>
    public void Explain(FailureClass cause, int tried) =>
        _explained[(int)cause] = Math.Min(Tried, _explained[(int)cause] + tried);

    /// <summary>Causes (bits) of incidents that have lasted for so long that what fails is how it is.</summary>
    public int Lasting { get; set; }

    /// <summary>They are part of what is normal by now.</summary>
    public bool Learned { get; set; }

    /// <summary>Failures that are not those of an incident.</summary>
    public int this[FailureClass cause]
    {
        get => _failed[(int)cause];
        set => _failed[(int)cause] = value;
    }

    /// <summary>Failures, those of incidents too.</summary>
    public int FailedInAll(FailureClass cause) => _failedInAll[(int)cause];

    public void AddFailed(FailureClass cause, int failed) => _failedInAll[(int)cause] += failed;
}
