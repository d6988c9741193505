namespace IlgpuGan.Models.Families.SinGan;

/// <summary>
/// The sizes at which a picture is learned, from the coarsest (level 0) to the finest. Each level is the picture resized by a power of one
/// ratio.
/// </summary>
internal sealed class Pyramid
{
    /// <summary>
    /// A product within this above an integer counts as that integer: with plain ceilings, 91 of the squares of 30 to 250 pixels would
    /// start at 26 pixels instead of 25.
    /// </summary>
    private const double Rounding = 1e-9;

    private Pyramid(double shrinking, double ratio, int levels, double width, double height)
    {
        (Shrinking, Ratio) = (shrinking, ratio);
        Sizes = [.. Enumerable.Range(0, levels).Select(level => (Side(height, level), Side(width, level)))];

        int Side(double side, int level) => Up(Math.Pow(ratio, levels - 1 - level) * side);
    }

    /// <summary>Scale factor of the initial resize, at most 1.</summary>
    public double Shrinking { get; }

    /// <summary>
    /// Ratio of a level's sides to those of the next finer level: below 1, or 1 if the picture is as small as its coarsest level.
    /// </summary>
    public double Ratio { get; }

    /// <summary>Size of each level.</summary>
    public IReadOnlyList<(int Height, int Width)> Sizes { get; }

    public int Levels => Sizes.Count;

    /// <summary>Scale factor from the finest level to a level.</summary>
    public double ScaleOf(int level) => Math.Pow(Ratio, Levels - 1 - level);

    /// <summary>The pyramid of a picture (Shaham et al. 2019, section 2, and the authors' program).</summary>
    /// <param name="width">in pixels</param>
    /// <param name="height">in pixels</param>
    /// <param name="minSize">shorter side of the coarsest level</param>
    /// <param name="maxSize">longest side of the finest one</param>
    /// <param name="factor">approximate ratio of consecutive levels, adjusted to a whole number of levels</param>
    /// <param name="truncates">whether the number of levels is rounded down instead of up, as for super-resolution</param>
    public static Pyramid Of(int width, int height, int minSize, int maxSize, double factor, bool truncates = false)
    {
        var (shorter, longer) = (Math.Min(width, height), Math.Max(width, height));
        var count = Whole(Math.Log((double)minSize / shorter) / Math.Log(factor)) + 1;
        var cut = longer > maxSize ? Whole(Math.Log((double)maxSize / longer) / Math.Log(factor)) : 0;
        var top = Math.Max(count - cut, 1);
        var shrinking = Math.Min((double)maxSize / longer, 1);
        var (h, w) = (Up(shrinking * height), Up(shrinking * width));
        return new Pyramid(shrinking, Math.Pow((double)minSize / Math.Min(h, w), 1.0 / top), top + 1, w, h);

        int Whole(double levels) => truncates ? (int)(levels + Rounding) : Up(levels);
    }

    /// <summary>Why a picture has no pyramid; null if it has one.</summary>
    public static string? Problem(int width, int height, int minSize, int maxSize)
    {
        var shrinking = Math.Min((double)maxSize / Math.Max(width, height), 1);
        var shorter = Up(shrinking * Math.Min(width, height));
        return shorter >= minSize ? null
            : shrinking < 1 ? $"--max-size {maxSize} reduces a picture of {width}x{height} pixels to a shorter side of {shorter}, less " +
                $"than --min-size {minSize}"
            : $"--min-size {minSize} is more than the {shorter} pixels of the shorter side of a picture of {width}x{height}";
    }

    private static int Up(double value) => (int)Math.Ceiling(value - Rounding);
}
