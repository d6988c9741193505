using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Evaluation;

/// <summary>Checkerboard level: the unevenness of fine detail over the positions of a grid.</summary>
/// <param name="Period">side of the grid's cells in pixels</param>
/// <param name="Outputs">
/// level of the generator's outputs: 0 if all positions of a cell have equally much detail; regular patterns raise it
/// </param>
/// <param name="Real">level of real pictures, from their layout and JPEG blocks</param>
internal sealed record CheckerboardLevel(int Period, double Outputs, double Real);

/// <summary>
/// Measures the checkerboards of transposed convolutions (Odena, Dumoulin, Olah 2016, "Deconvolution and checkerboard artifacts"): the
/// squared Laplacian of a set of pictures, averaged for each position (x mod p, y mod p). The unevenness is the standard deviation of the
/// p² means, divided by their mean. The last layer that doubles the side has a period of 2, the one before it 4, and so on.
/// </summary>
internal sealed class CheckerboardMeter
{
    /// <summary>Measured periods: sides of the cells in pixels.</summary>
    public static IReadOnlyList<int> Periods { get; } = [2, 4, 8];

    private const int Longest = 8;

    /// <summary>Sums for each position in a cell of the longest period.</summary>
    private readonly double[] _squares = new double[Longest * Longest];
    private readonly long[] _pixels = new long[Longest * Longest];

    /// <summary>Measures a set of pictures.</summary>
    public static CheckerboardMeter Over(IEnumerable<Picture> pictures)
    {
        var meter = new CheckerboardMeter();
        foreach (var picture in pictures)
        {
            meter.Add(picture);
        }

        return meter;
    }

    /// <summary>Adds a picture of any size; pictures under 3 pixels a side have no Laplacian.</summary>
    public void Add(Picture picture)
    {
        foreach (var layer in picture.Layers)
        {
            Add(layer.ToEightBits());
        }
    }

    /// <summary>The unevenness at a period; 0 without any detail.</summary>
    /// <param name="period">one of <see cref="Periods"/></param>
    public double Of(int period)
    {
        var (squares, pixels) = (new double[period * period], new long[period * period]);
        for (var i = 0; i < _squares.Length; i++)
        {
            var place = (i / Longest % period * period) + (i % Longest % period);
            squares[place] += _squares[i];
            pixels[place] += _pixels[i];
        }

        if (pixels.Contains(0))
        {
            return 0;
        }

        var means = squares.Zip(pixels, (sum, count) => sum / count).ToList();
        var mean = means.Average();
        return mean == 0 ? 0 : Math.Sqrt(means.Average(m => (m - mean) * (m - mean))) / mean;
    }

    /// <summary>Levels of outputs and real pictures, shortest period first.</summary>
    public static IReadOnlyList<CheckerboardLevel> Compare(CheckerboardMeter outputs, CheckerboardMeter real) =>
        [.. Periods.Select(period => new CheckerboardLevel(period, outputs.Of(period), real.Of(period)))];

    private void Add(Image image)
    {
        var (bytes, channels, row) = (image.Bytes, image.Channels, image.Width * image.Channels);
        for (var y = 1; y < image.Height - 1; y++)
        {
            for (var x = 1; x < image.Width - 1; x++)
            {
                var sum = 0L;
                for (var i = (y * row) + (x * channels); i < (y * row) + ((x + 1) * channels); i++)
                {
                    var laplacian = (4 * bytes[i]) - bytes[i - channels] - bytes[i + channels] - bytes[i - row] - bytes[i + row];
                    sum += laplacian * laplacian;
                }

                var place = (y % Longest * Longest) + (x % Longest);
                _squares[place] += sum;
                _pixels[place] += channels;
            }
        }
    }
}
