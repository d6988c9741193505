using IlgpuGan.Imaging;
using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Data;

/// <summary>
/// A synthetic data set. Hidden variables of the pictures are stored beside them as CSV, for the evaluation of claims. The n-th sample
/// depends only on the seed and n.
/// </summary>
internal abstract class DrawnData
{
    /// <summary>All kinds; the first is the default.</summary>
    public static IReadOnlyList<DrawnData> Kinds { get; } =
    [
        new DrawnFacades(), new DrawnEdgesShapes(), new DrawnGlyphs(), new DrawnStackedGlyphs(), new DrawnAttributes(), new DrawnDayNight(),
        new DrawnGaussians(), DrawnMixture.OnALine, DrawnMixture.OnARing,
    ];

    /// <summary>Name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>A description of the data set and its files, for the help.</summary>
    public abstract string Summary { get; }

    /// <summary>What a sample is called in messages: <c>pair</c>.</summary>
    public abstract string Unit { get; }

    /// <summary>Default side in pixels.</summary>
    public abstract int DefaultSide { get; }

    /// <summary>Whether label maps can be written, too.</summary>
    public virtual bool HasLabelMaps => false;

    /// <summary>A description of the outputs, for messages: <c>64x64 pixels</c>.</summary>
    public virtual string Describe(int side) => $"{side}x{side} pixels";

    /// <summary>Draws one split.</summary>
    /// <param name="folder">root of the data set</param>
    /// <param name="split"><c>train</c> or <c>val</c></param>
    /// <param name="first">number of the first sample; disjoint ranges give held-out samples</param>
    /// <param name="count">number of samples</param>
    /// <param name="side">side in pixels</param>
    /// <param name="seed">seed of the data set</param>
    /// <param name="cancellation">ends the drawing between two pictures</param>
    /// <exception cref="IOException">the folder can't be written to</exception>
    public abstract void Write(
        string folder, string split, int first, int count, int side, ulong seed, CancellationToken cancellation = default);

    /// <summary>Writes the first of the set as <c>train</c>, and those behind them as <c>val</c>.</summary>
    internal void WriteSplits(string folder, int train, int heldOut, int side)
    {
        Write(folder, "train", first: 0, train, side, seed: 1);
        Write(folder, "val", first: train, heldOut, side, seed: 1);
    }

    /// <summary>The random numbers of one sample.</summary>
    /// <param name="stream">stream of the kind, so that its samples don't depend on what else is drawn with the seed</param>
    /// <param name="part">number of an independent part of the sample</param>
    private protected static RandomSequence RandomOf(ulong seed, uint stream, int sample, uint part = 0) =>
        new(new RandomKey(seed, stream, (uint)sample, part));

    /// <summary>Saves pictures in parallel, and writes their CSV file.</summary>
    /// <param name="table">the CSV file</param>
    /// <param name="header">its columns</param>
    /// <param name="count">number of samples</param>
    /// <param name="save">draws and saves the i-th sample, and returns its row</param>
    /// <param name="cancellation">ends the drawing between two samples</param>
    private protected static void WriteAll(
        string table, string header, int count, Func<int, string> save, CancellationToken cancellation)
    {
        var rows = new string[count];
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellation }, i => rows[i] = save(i));
        AtomicFile.WriteText(table, string.Concat(rows.Prepend(header).Select(row => row + "\n")));
    }

    /// <summary>A row of a CSV file, with culture-invariant numbers.</summary>
    private protected static string Row(params IEnumerable<object> cells) =>
        string.Join(',', cells.Select(c => Convert.ToString(c, CultureInfo.InvariantCulture)));

    private protected static Picture PictureOf(Canvas canvas, int side) => new(new Image(side, side, 3, canvas.ToBytes()));
}
