namespace IlgpuGan.Models.Evaluation;

/// <summary>CIE L*a*b* of sRGB under its own white, D65 (IEC 61966-2-1, CIE 15): L 0 … 100, a and b about −100 … 100.</summary>
internal static class LabColour
{
    private const double WhiteX = 0.95047;
    private const double WhiteZ = 1.08883;

    /// <summary>Below this the cube root is replaced by its tangent: (6/29)³.</summary>
    private const double Knee = 216.0 / 24389;

    public static (double L, double A, double B) Of(byte red, byte green, byte blue)
    {
        var (r, g, b) = (Srgb.Levels[red], Srgb.Levels[green], Srgb.Levels[blue]);
        var x = Root(((0.4124564 * r) + (0.3575761 * g) + (0.1804375 * b)) / WhiteX);
        var y = Root((0.2126729 * r) + (0.7151522 * g) + (0.0721750 * b));
        var z = Root(((0.0193339 * r) + (0.1191920 * g) + (0.9503041 * b)) / WhiteZ);
        return ((116 * y) - 16, 500 * (x - y), 200 * (y - z));
    }

    private static double Root(double t) => t > Knee ? Math.Cbrt(t) : ((24389.0 / 27 * t) + 16) / 116;
}
