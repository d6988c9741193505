namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>What a group does between two of its barriers, or between two barriers of one of its warps.</summary>
/// <param name="Group">The number of the group in the grid.</param>
/// <param name="Barriers">How many barriers of the whole group it has passed.</param>
internal readonly record struct Stretch(long Group, int Barriers);

/// <summary>
/// Numbers the stretches of all groups of a launch in the order in which they begin: moments. They grow over the launches of an
/// accelerator, which run one after the other, so that what earlier launches left in a shadow is told from this one's without clearing
/// anything.
/// </summary>
internal sealed class LaunchTimeline
{
    private readonly Lock _gate = new();

    private Stretch[] _stretches = new Stretch[256];

    private int _count;

    /// <summary>The first moment of the running launch; zero is before all launches.</summary>
    public long First { get; private set; } = 1;

    /// <summary>The number of the launch.</summary>
    public int Launch { get; private set; }

    /// <summary>How often moments began anew, which makes all shadows worthless.</summary>
    public int Restarts { get; private set; }

    public void StartLaunch()
    {
        Launch++;
        First += _count;
        _count = 0;
        if (First < Touch.EndOfMoments / 2)
        {
            return;
        }

        First = 1;
        Restarts++;
    }

    /// <summary>Begins a stretch.</summary>
    /// <returns>Its moment.</returns>
    public long Begin(Stretch stretch)
    {
        lock (_gate)
        {
            if (_count == _stretches.Length)
            {
                Array.Resize(ref _stretches, checked(_count * 2));
            }

            _stretches[_count] = stretch;
            return First + _count++;
        }
    }

    /// <summary>The stretch of a moment of this launch.</summary>
    public Stretch At(long moment) => Volatile.Read(ref _stretches)[moment - First];
}
