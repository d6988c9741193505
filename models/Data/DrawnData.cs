using IlgpuGan.Imaging;
using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// A data set that the program draws. What the pictures do not tell, the choices behind them, is kept beside them as CSV: with it a claim
/// can be judged. The n-th sample depends on the seed and n only.
/// </summary>
public abstract class DrawnData
{
    /// <summary>All kinds; the first is the default.</summary>
    public static IReadOnlyList<DrawnData> Kinds { get; } =
    [
        new DrawnFacades(), new DrawnEdgesShapes(), new DrawnGlyphs(), new DrawnAttributes(), new DrawnDayNight(), new DrawnGaussians(),
        DrawnMixture.OnALine, DrawnMixture.OnARing,
    ];

    /// <summary>On the command line.</summary>
    public abstract string Name { get; }

    /// <summary>A description of the data set and its files, for the help.</summary>
    public abstract string Summary { get; }

    /// <summary>The unit of samples, for messages.</summary>
    public abstract string Unit { get; }

    /// <summary>Side in pixels where none is asked for.</summary>
    public abstract int DefaultSide { get; }

    /// <summary>Whether the kind has maps of classes, too.</summary>
    public virtual bool HasLabelMaps => false;

    /// <summary>A description of the outputs, for messages: <c>64x64 pixels</c>.</summary>
    public virtual string Describe(int side) => $"{side}x{side} pixels";

    /// <summary>Draws one split.</summary>
    /// <param name="folder">root of the data set</param>
    /// <param name="split"><c>train</c> or <c>val</c></param>
    /// <param name="first">number of the first sample: samples of other numbers are held out from these</param>
    /// <param name="count">samples</param>
    /// <param name="side">in pixels</param>
    /// <param name="seed">whose samples</param>
    /// <exception cref="IOException">the folder can't be written to</exception>
    public abstract void Write(string folder, string split, int first, int count, int side, ulong seed);

    /// <summary>Random numbers of one sample.</summary>
    /// <param name="stream">of the kind: samples of a seed stay the same whatever else is drawn from that seed</param>
    /// <param name="part">of the sample</param>
    private protected static RandomSequence RandomOf(ulong seed, uint stream, int sample, uint part = 0) =>
        new(new RandomKey(seed, stream, (uint)sample, part));

    /// <summary>Saves pictures in parallel, and the rows of their CSV file.</summary>
    /// <param name="table">the CSV file</param>
    /// <param name="header">its columns</param>
    /// <param name="count">samples</param>
    /// <param name="save">draws and saves the i-th, and returns its row</param>
    private protected static void WriteAll(string table, string header, int count, Func<int, string> save)
    {
        var rows = new string[count];
        Parallel.For(0, count, i => rows[i] = save(i));
        AtomicFile.WriteText(table, string.Concat(rows.Prepend(header).Select(row => row + "\n")));
    }

    /// <summary>A row of a CSV file; numbers are written the same everywhere.</summary>
    private protected static string Row(params IEnumerable<object> cells) =>
        string.Join(',', cells.Select(c => Convert.ToString(c, CultureInfo.InvariantCulture)));

    private protected static Picture PictureOf(Canvas canvas, int side) => new(new Image(side, side, 3, canvas.ToBytes()));
}
