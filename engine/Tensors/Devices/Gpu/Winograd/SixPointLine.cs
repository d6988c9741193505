namespace IlgpuGan.Tensors.Devices.Gpu.Winograd;

/// <summary>
/// A line of a tile: its values at the points 0, 1, −1, 2, −2, ∞, or up to six values before or after the transform (the same as
/// <see cref="Cpu.Winograd.SixPoints"/>). Fields, so that a thread keeps its tile in registers.
/// </summary>
internal readonly record struct SixPointLine(float A, float B, float C, float D, float E, float F)
{
    /// <summary>Points of a line.</summary>
    public const int Points = 6;

    /// <summary>Points of a tile, 6 x 6.</summary>
    public const int PointsPerTile = Points * Points;

    /// <summary>The inverse transform to four outputs, A to D.</summary>
    public SixPointLine FourOutputs()
    {
        float even = B + C, odd = B - C, even2 = D + E, odd2 = D - E;
        return new(A + (even + even2), odd + (2 * odd2), even + (4 * even2), odd + (8 * odd2) + F, 0, 0);
    }

    /// <summary>The inverse transform to the gradients of three taps, A to C.</summary>
    public SixPointLine ThreeOutputs()
    {
        float even = B + C, odd = B - C, even2 = D + E, odd2 = D - E;
        return new(A + (even + even2), odd + (2 * odd2), even + (4 * even2) + F, 0, 0, 0);
    }
}

/// <summary>A transform of a line into the Winograd domain.</summary>
internal interface ISixPointTransform
{
    static abstract SixPointLine Of(SixPointLine line);
}

/// <summary>The transform of six pixels.</summary>
internal readonly struct PixelTransform : ISixPointTransform
{
    public static SixPointLine Of(SixPointLine line)
    {
        float even = line.E - (4 * line.C), odd = line.D - (4 * line.B), even2 = line.E - line.C, odd2 = 2 * (line.D - line.B);
        return new(
            (4 * line.A) - (5 * line.C) + line.E, even + odd, even - odd, even2 + odd2, even2 - odd2, (4 * line.B) - (5 * line.D) + line.F);
    }
}

/// <summary>The transform of three taps, A to C.</summary>
internal readonly struct TapTransform : ISixPointTransform
{
    public static SixPointLine Of(SixPointLine line)
    {
        float even = (line.A + line.C) * (-1f / 6), odd = line.B * (-1f / 6), even2 = (line.A * (1f / 24)) + (line.C * (1f / 6)),
            odd2 = line.B * (1f / 12);
        return new(line.A * 0.25f, even + odd, even - odd, even2 + odd2, even2 - odd2, line.C);
    }
}

/// <summary>The transform of four gradient pixels, A to D, which act as the taps of a weight gradient's convolution.</summary>
internal readonly struct GradientTransform : ISixPointTransform
{
    public static SixPointLine Of(SixPointLine line)
    {
        float even = (line.A + line.C) * (-1f / 6), odd = (line.B + line.D) * (-1f / 6),
            even2 = (line.A * (1f / 24)) + (line.C * (1f / 6)), odd2 = (line.B * (1f / 12)) + (line.D * (1f / 3));
        return new(line.A * 0.25f, even + odd, even - odd, even2 + odd2, even2 - odd2, line.D);
    }
}
