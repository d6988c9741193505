namespace IlgpuGan.Models.Data;

/// <summary>
/// Two unpaired sets of points in the plane, float32 arrays [N, 2] in <c>NAMEA.npy</c> and <c>NAMEB.npy</c>: batches hold A and B, [N, 2]
/// each. An epoch has as many samples as the larger set has points. They take the inputs in turn, and with each one a target drawn at
/// random, some several times and others never; if the set is serial, by position.
/// </summary>
internal sealed class PointSets : SampleSource
{
    private static readonly Shape s_shape = new(2);

    private readonly IReadOnlyList<PlanePoint> _inputs;
    private readonly IReadOnlyList<PlanePoint> _targets;
    private readonly bool _serial;

    private PointSets(IReadOnlyList<PlanePoint> inputs, IReadOnlyList<PlanePoint> targets, bool serial) =>
        (_inputs, _targets, _serial) = (inputs, targets, serial);

    public override int Count => Math.Max(_inputs.Count, _targets.Count);

    /// <summary>Empty: both files were checked when the set was opened.</summary>
    public override IReadOnlyList<string> Files => [];

    internal override IEnumerable<float[]> LabelsAndPoints => _inputs.Concat(_targets).Select(point => (float[])[point.X, point.Y]);

    internal override bool IsSerial => _serial;

    /// <param name="split">the common part of both files' names, such as <c>points/train</c></param>
    /// <param name="direction">direction of translation</param>
    /// <param name="serial">whether samples are in file order, the i-th of A with the i-th of B</param>
    /// <param name="atMost">number of points to use of each set, from the first on; 0 for all</param>
    /// <exception cref="PictureException">a file is missing or damaged</exception>
    public static PointSets Open(string split, Direction direction = Direction.AToB, bool serial = false, int atMost = 0)
    {
        var (a, b) = (Limited(NpyFile.LoadPoints(FileOf(split, "A"))), Limited(NpyFile.LoadPoints(FileOf(split, "B"))));
        return direction == Direction.AToB ? new PointSets(a, b, serial) : new PointSets(b, a, serial);

        IReadOnlyList<PlanePoint> Limited(IReadOnlyList<PlanePoint> points) => atMost > 0 ? [.. points.Take(atMost)] : points;
    }

    /// <summary>Whether the files of a split exist.</summary>
    public static bool Exist(string split) => File.Exists(FileOf(split, "A"));

    public override string NameOf(int index) => $"point{index}";

    protected internal override Sample Load(int index, RandomSequence random)
    {
        var partner = _serial ? index % _targets.Count : random.NextInt(_targets.Count);
        return new Sample(
            NameOf(index), FieldOf(PairFields.NameOfA, _inputs[index % _inputs.Count]), FieldOf(PairFields.NameOfB, _targets[partner]));
    }

    private static NumbersField FieldOf(string name, PlanePoint point) => new(name, [point.X, point.Y], s_shape);

    private static string FileOf(string split, string set) => $"{split}{set}.npy";
}
