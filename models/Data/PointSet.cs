using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// Points on a line or in the plane: a float32 array [N, 1] or [N, 2] in <c>NAME.npy</c>, with values in [0, 1]. A sample is a point.
/// </summary>
internal sealed class PointSet : SampleSource
{
    /// <summary>The only field of its samples.</summary>
    internal const string Field = "point";

    /// <summary>File of the modes of a folder's points.</summary>
    internal const string ModesFile = "modes.csv";

    private static readonly string[] s_headers = ["mode,x,deviation", "mode,x,y,deviation"];

    private readonly float[] _values;
    private readonly Shape _shape;
    private readonly bool _serial;

    private PointSet(float[] values, int numbers, bool serial) => (_values, _shape, _serial) = (values, new Shape(numbers), serial);

    /// <summary>Numbers of a point: 1 or 2.</summary>
    public int Numbers => _shape[0];

    public override int Count => _values.Length / Numbers;

    /// <summary>Empty: the file was checked when the set was opened.</summary>
    public override IReadOnlyList<string> Files => [];

    internal override IEnumerable<float[]> LabelsAndPoints => [_values];

    internal override bool IsSerial => _serial;

    /// <param name="split">the file's name without its extension, such as <c>points/train</c></param>
    /// <param name="serial">whether samples are in file order</param>
    /// <param name="atMost">number of points to use, from the first on; 0 for all</param>
    /// <exception cref="PictureException">the file is missing or damaged, or a point is not within 0 and 1</exception>
    public static PointSet Open(string split, bool serial = false, int atMost = 0)
    {
        var path = FileOf(split);
        var (values, numbers) = NpyFile.LoadNumbers(path);
        return Array.FindIndex(values, v => v is < 0 or > 1) is >= 0 and var outside
            ? throw new PictureException($"{path}: point {outside / numbers} is not within 0 and 1")
            : new PointSet(atMost > 0 ? [.. values.Take(atMost * numbers)] : values, numbers, serial);
    }

    /// <summary>Whether the file of a split exists.</summary>
    public static bool Exists(string split) => File.Exists(FileOf(split));

    /// <summary>The modes of the distribution of a folder's points; null if the folder does not specify them.</summary>
    /// <exception cref="PictureException">the file of the modes can't be used</exception>
    public static GaussianMixture? MixtureOf(string folder)
    {
        var path = Path.Combine(folder, ModesFile);
        if (!File.Exists(path))
        {
            return null;
        }

        var rows = CsvFile.Read(path);
        if (rows.Count == 0 || !s_headers.Contains(string.Join(',', rows[0].Cells)))
        {
            throw new PictureException($"{path}: must begin with the line {string.Join(" or ", s_headers)}");
        }

        var modes = new List<GaussianMode>();
        foreach (var (line, cells) in rows.Skip(1))
        {
            modes.AddRange(cells.Length == rows[0].Cells.Length && GaussianMixture.Parse(string.Join(',', cells[1..])) is { } one
                ? one.Modes
                : throw new PictureException(
                    Invariant.Text($"{path}: line {line} is no mode: {string.Join(',', cells)}")));
        }

        return modes.Count > 0 ? new GaussianMixture(modes) : throw new PictureException($"{path}: names no modes");
    }

    /// <summary>Writes the file that <see cref="MixtureOf"/> reads.</summary>
    /// <exception cref="IOException">the folder can't be written to</exception>
    internal static void WriteModes(string folder, GaussianMixture mixture)
    {
        var rows = mixture.ToString().Split(';').Select((row, mode) => Invariant.Text($"{mode},{row}"));
        var lines = rows.Prepend(s_headers[mixture.Numbers - 1]).Select(row => row + "\n");
        AtomicFile.WriteText(Path.Combine(folder, ModesFile), string.Concat(lines));
    }

    public override string NameOf(int index) => $"point{index}";

    protected internal override Sample Load(int index, RandomSequence random) =>
        new(NameOf(index), new NumbersField(Field, _values[(index * Numbers)..((index + 1) * Numbers)], _shape));

    private static string FileOf(string split) => split + ".npy";
}
