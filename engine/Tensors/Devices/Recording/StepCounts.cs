namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>The way in which a <see cref="RecordedStep"/> is taken.</summary>
internal enum StepPath
{
    /// <summary>By replay.</summary>
    Replayed,

    /// <summary>
    /// Recorded, and run from the recording: the first time for inputs of these shapes, or since <see cref="RecordedStep.Forget"/>.
    /// </summary>
    Recorded,

    /// <summary>
    /// Recorded again, since the recording of these shapes had to make room for others: <see cref="RecordedStep.Capacity"/> is smaller than
    /// the number of shapes in turn.
    /// </summary>
    GivenUp,

    /// <summary>As written: <see cref="RecordedStep.Eager"/>.</summary>
    Eager,

    /// <summary>As written: a profile of the ops was taken, and a replay runs none.</summary>
    Profiled,
}

/// <summary>A count of ops, which a replay does not run.</summary>
internal interface IOpCount
{
    /// <summary>What counts the ops of this thread; null for nothing.</summary>
    [field: ThreadStatic]
    static IOpCount? Current { get; set; }

    /// <summary>Ops counted until now.</summary>
    int Ops { get; }

    /// <summary>Counts ops again, which a replay repeats: from the one of index <paramref name="first"/> on.</summary>
    void Repeat(int first, int count);
}

/// <summary>How often steps were taken in which way.</summary>
public sealed class StepCounts
{
    private readonly long[] _counts = new long[Enum.GetValues<StepPath>().Length];

    /// <summary>
    /// What also counts the steps of this thread, since somebody measures their ops: none of them is replayed meanwhile. Null for nobody.
    /// </summary>
    [field: ThreadStatic]
    internal static StepCounts? Watching { get; set; }

    internal long this[StepPath path] => _counts[(int)path];

    public long Total => _counts.Sum();

    internal void Add(StepPath path) => _counts[(int)path]++;

    /// <summary>How many were replayed, and why the others were not.</summary>
    public override string ToString()
    {
        string[] others =
        [
            .. new (StepPath Path, string Why)[]
            {
                (StepPath.Recorded, "recorded"),
                (StepPath.GivenUp, "recorded again, after other shapes had taken their place (Capacity)"),
                (StepPath.Eager, "eager on request"),
                (StepPath.Profiled, "profiled"),
            }.Where(other => this[other.Path] > 0).Select(other => $"{this[other.Path]} {other.Why}"),
        ];
        return $"{this[StepPath.Replayed]} of {Total} steps replayed{(others.Length == 0 ? "" : ": ")}{string.Join(", ", others)}";
    }
}
