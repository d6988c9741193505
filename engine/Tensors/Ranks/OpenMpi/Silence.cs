namespace IlgpuGan.Tensors.Ranks.OpenMpi;

/// <summary>
/// Counts how often a rank was listened to in vain. It is counted in looks, not by the clock: a process that was stopped itself has not
/// listened, and does not accuse the others when it wakes.
/// </summary>
internal struct Silence
{
    /// <summary>So many times as long as for a sign, a rank that waits itself is waited for: it may name who is silent first.</summary>
    public const int Circle = 4;

    private int _unheard;
    private int _idle;

    /// <summary>Whether no sign came in all the looks of the time that a rank may give none.</summary>
    public readonly bool IsOver => _unheard >= LifeSigns.InTime;

    /// <summary>Whether the rank only waits, for so long that it must be for somebody who waits for it.</summary>
    public readonly bool IsCircle => _idle >= LifeSigns.InTime * Circle;

    /// <summary>Adds a look.</summary>
    /// <param name="sign">what came since the last one</param>
    public void Add(LifeSign sign)
    {
        _unheard = sign == LifeSign.None ? _unheard + 1 : 0;
        _idle = sign == LifeSign.Works ? 0 : _idle + 1;
    }
}
