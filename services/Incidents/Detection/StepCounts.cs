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

    public long Step { get; } = step;

    /// <summary>First attempts.</summary>
    public int Tried { get; set; }

    /// <summary>They are part of what is normal by now.</summary>
    public bool Learned { get; set; }

    public int this[FailureClass cause]
    {
        get => _failed[(int)cause];
        set => _failed[(int)cause] = value;
    }
}
