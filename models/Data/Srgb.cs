namespace IlgpuGan.Models.Data;

/// <summary>The curve of sRGB, between levels and light, both from 0 to 1: a line for the darkest levels, a power above.</summary>
internal static class Srgb
{
    public const double LineEnd = 0.04045;
    public const double LineSlope = 12.92;
    public const double Offset = 0.055;
    public const double Exponent = 2.4;

    /// <summary>Where the line ends, as light.</summary>
    public const double DarkLight = 0.0031308;

    /// <summary>Shares of the light of red, green and blue in the luminance.</summary>
    public static IReadOnlyList<double> Luminance { get; } = [0.212671, 0.715160, 0.072169];

    private static readonly double[] s_levels = [.. Enumerable.Range(0, 256).Select(level => ToLight(level / 255.0))];

    /// <summary>The light of each level of 8 bits.</summary>
    public static ReadOnlySpan<double> Levels => s_levels;

    public static double ToLight(double level) => level > LineEnd
        ? Math.Pow((level + Offset) / (1 + Offset), Exponent)
        : level / LineSlope;

    public static double ToLevel(double light) => light > DarkLight
        ? ((1 + Offset) * Math.Pow(Math.Min(light, 1), 1 / Exponent)) - Offset
        : light * LineSlope;
}
