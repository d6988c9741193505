namespace IlgpuGan.Models.Families.SinGan;

/// <summary>
/// The blending weights of an injected picture's result: the mask, dilated by a disk and smoothed at its edge, so that no seam shows.
/// </summary>
internal static class EditMask
{
    /// <summary>Deviation in pixels of the Gaussian that smooths the edge.</summary>
    private const double Deviation = 5;

    /// <summary>Truncation of the Gaussian, in standard deviations.</summary>
    private const double Reach = 4;

    /// <summary>Weights [H, W] from 0 (the training picture) to 1 (the result).</summary>
    /// <param name="mask">one channel; values above the middle are white</param>
    /// <param name="grow">radius of the disk in pixels</param>
    public static float[] Of(Picture mask, int grow)
    {
        var values = new float[mask.Width * mask.Height];
        mask.CopyTo(values);
        var grown = Dilated(Array.ConvertAll(values, v => v > 0), mask.Width, mask.Height, grow);
        var smooth = Smoothed(
            Smoothed(Array.ConvertAll(grown, white => white ? 1f : 0f), mask.Width, mask.Height, stride: 1), mask.Height, mask.Width,
            stride: mask.Width);
        var (least, most) = (smooth.Min(), smooth.Max());
        return most > least ? Array.ConvertAll(smooth, v => (v - least) / (most - least)) : smooth;
    }

    /// <summary>Dilation by a disk: white wherever there is white within the radius.</summary>
    private static bool[] Dilated(bool[] white, int width, int height, int radius)
    {
        var grown = new bool[white.Length];
        for (var y = 0; y < height; y++)
        {
            for (var dy = Math.Max(-radius, -y); dy <= Math.Min(radius, height - 1 - y); dy++)
            {
                var half = (int)Math.Sqrt((radius * radius) - (dy * dy));
                for (var x = 0; x < width; x++)
                {
                    if (white[(y * width) + x])
                    {
                        var (first, last) = (Math.Max(x - half, 0), Math.Min(x + half, width - 1));
                        Array.Fill(grown, true, ((y + dy) * width) + first, last - first + 1);
                    }
                }
            }
        }

        return grown;
    }

    /// <summary>A Gaussian filter along lines, with replicated borders.</summary>
    /// <param name="values">[lines, length] with <paramref name="stride"/> 1, else the transpose of it</param>
    /// <param name="length">of a line</param>
    /// <param name="lines">number of lines</param>
    /// <param name="stride">distance between consecutive values of a line</param>
    private static float[] Smoothed(float[] values, int length, int lines, int stride)
    {
        var reach = (int)Math.Ceiling(Reach * Deviation);
        double[] weights = [.. Enumerable.Range(-reach, (2 * reach) + 1).Select(i => Math.Exp(-i * i / (2 * Deviation * Deviation)))];
        var sum = weights.Sum();
        var step = stride == 1 ? length : 1;
        var smooth = new float[values.Length];
        for (var line = 0; line < lines; line++)
        {
            for (var i = 0; i < length; i++)
            {
                double total = 0;
                for (var k = -reach; k <= reach; k++)
                {
                    total += weights[k + reach] * values[(line * step) + (Math.Clamp(i + k, 0, length - 1) * stride)];
                }

                smooth[(line * step) + (i * stride)] = (float)(total / sum);
            }
        }

        return smooth;
    }
}
