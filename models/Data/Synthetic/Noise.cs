namespace IlgpuGan.Models.Data.Synthetic;

/// <summary>Smooth noise in the plane, a pure function of position and seed.</summary>
internal sealed class Noise(uint seed)
{
    /// <summary>A number from 0 to 1 for each cell of the integer grid.</summary>
    public float Cell(int x, int y)
    {
        var h = seed ^ ((uint)x * 0x9E3779B1u) ^ ((uint)y * 0x85EBCA77u);
        h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
        h = (h ^ (h >> 12)) * 0x297A2D39u;
        return ((h ^ (h >> 15)) >> 8) * (1f / (1 << 24));
    }

    /// <summary>Value noise: the grid's numbers, smoothly interpolated.</summary>
    public float Smooth(float x, float y)
    {
        var (x0, y0) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
        var (u, v) = (Ease(x - x0), Ease(y - y0));
        var top = float.Lerp(Cell(x0, y0), Cell(x0 + 1, y0), u);
        var bottom = float.Lerp(Cell(x0, y0 + 1), Cell(x0 + 1, y0 + 1), u);
        return float.Lerp(top, bottom, v);
    }

    /// <summary>Three octaves of <see cref="Smooth"/>, 0 … 1.</summary>
    public float Cloudy(float x, float y) =>
        (Smooth(x, y) * 0.57f) + (Smooth((x * 2) + 17, (y * 2) + 5) * 0.29f) + (Smooth((x * 4) + 3, (y * 4) + 29) * 0.14f);

    private static float Ease(float t) => t * t * (3 - (2 * t));
}
