namespace IlgpuGan.Models.Data;

/// <summary>Strengths of the random augmentation beyond cropping and flipping, from 0 (none) to 1.</summary>
/// <param name="Affine">rotation, scale, shear and shift</param>
/// <param name="Elastic">elastic deformation</param>
/// <param name="Colour">brightness, contrast, saturation and hue, in photographs only</param>
public sealed record Augmentation(float Affine, float Elastic, float Colour)
{
    internal bool Warps => Affine > 0 || Elastic > 0;

    /// <summary>Says which pictures keep their colours although <see cref="Colour"/> is asked for; null if none do.</summary>
    /// <param name="a">the pictures of A, as the message names them</param>
    /// <param name="b">the pictures of B</param>
    /// <param name="areMaps">which of them are maps</param>
    internal string? RemarkOn(string a, string b, Lazy<(bool A, bool B)> areMaps)
    {
        if (Colour == 0)
        {
            return null;
        }

        using var known = PictureRemarks.Silence(); // Who checks the pictures is told.
        string[] kept = [.. areMaps.Value.A ? new[] { a } : [], .. areMaps.Value.B ? new[] { b } : []];
        return kept.Length == 0 ? null
            : $"{string.Join(" and ", kept)}: drawings in a few flat colours (label maps), which --augment-colour leaves as they are";
    }
}

/// <summary>
/// The source position of each pixel of a warped picture: an affine map about the centre, and a smooth displacement. Drawn once for both
/// halves of a sample.
/// </summary>
internal sealed class Warp
{
    /// <summary>Limits at strength 1: rotation by ±30°, scale by 1.25 or 1/1.25, shear of 0.15, shift by a tenth of each side.</summary>
    private const float MostTurn = MathF.PI / 6;
    private const float MostScale = 0.22314355f; // ln 1.25
    private const float MostShear = 0.15f;
    private const float MostShift = 0.1f;

    /// <summary>Cells of the grid of displacements along the longer side.</summary>
    private const int Cells = 4;

    /// <summary>
    /// Largest displacement of a node, in cells. Between nodes it is a cubic B-spline (Rueckert et al. 1999), whose slope along each axis
    /// is at most twice this. Both axes together give at most 0.8, below the 1 at which a picture would fold.
    /// </summary>
    private const float MostBend = 0.2f;

    private readonly (float XX, float XY, float YX, float YY) _map = (1, 0, 0, 1);
    private readonly (float X, float Y) _shift;
    private readonly (float X, float Y) _middle;
    private readonly float _cell;
    private readonly int _columns;
    private readonly (float X, float Y)[] _nodes = [];

    /// <param name="strengths">strengths of the augmentation</param>
    /// <param name="width">width of the sampled picture</param>
    /// <param name="height">height of the sampled picture</param>
    /// <param name="random">source of the random numbers</param>
    public Warp(Augmentation strengths, int width, int height, RandomSequence random)
    {
        _middle = ((width - 1) / 2f, (height - 1) / 2f);
        if (strengths.Affine is > 0 and var affine)
        {
            var (turn, scale, shear) =
                (affine * MostTurn * Signed(random), MathF.Exp(affine * MostScale * Signed(random)), affine * MostShear * Signed(random));
            _shift = (affine * MostShift * width * Signed(random), affine * MostShift * height * Signed(random));
            var (sin, cos) = (scale * MathF.Sin(turn), scale * MathF.Cos(turn));
            _map = (cos, (cos * shear) - sin, sin, (sin * shear) + cos);
        }

        _cell = Math.Max(width, height) / (float)Cells;
        if (strengths.Elastic is > 0 and var elastic)
        {
            _columns = (int)(width / _cell) + 4;
            _nodes = new (float X, float Y)[_columns * ((int)(height / _cell) + 4)];
            for (var i = 0; i < _nodes.Length; i++)
            {
                _nodes[i] = (elastic * MostBend * _cell * Signed(random), elastic * MostBend * _cell * Signed(random));
            }
        }
    }

    /// <summary>The source position of a pixel; may lie outside the picture.</summary>
    public (float X, float Y) Source(int x, int y)
    {
        var (u, v) = (x - _middle.X, y - _middle.Y);
        var (bendX, bendY) = Bend(x, y);
        return (
            _middle.X + _shift.X + (_map.XX * (u + bendX)) + (_map.XY * (v + bendY)),
            _middle.Y + _shift.Y + (_map.YX * (u + bendX)) + (_map.YY * (v + bendY)));
    }

    /// <summary>The index within 0 … count − 1 of a pixel position, with the picture mirrored at its border.</summary>
    public static int Inside(int place, int count)
    {
        var period = 2 * count;
        var folded = ((place % period) + period) % period;
        return folded < count ? folded : period - 1 - folded;
    }

    private (float X, float Y) Bend(int x, int y)
    {
        if (_nodes.Length == 0)
        {
            return (0, 0);
        }

        var (column, row) = ((int)(x / _cell), (int)(y / _cell));
        Span<float> across = stackalloc float[4];
        Span<float> down = stackalloc float[4];
        Spline((x / _cell) - column, across);
        Spline((y / _cell) - row, down);
        var (bendX, bendY) = (0f, 0f);
        for (var r = 0; r < 4; r++)
        {
            for (var c = 0; c < 4; c++)
            {
                var weight = down[r] * across[c];
                var node = _nodes[((row + r) * _columns) + column + c];
                bendX += weight * node.X;
                bendY += weight * node.Y;
            }
        }

        return (bendX, bendY);
    }

    /// <summary>B-spline weights of the four nodes around a position, where t in [0, 1) is the position within its cell.</summary>
    private static void Spline(float t, Span<float> weights)
    {
        var rest = 1 - t;
        weights[0] = rest * rest * rest / 6;
        weights[1] = ((3 * t * t * t) - (6 * t * t) + 4) / 6;
        weights[2] = ((3 * rest * rest * rest) - (6 * rest * rest) + 4) / 6;
        weights[3] = t * t * t / 6;
    }

    private static float Signed(RandomSequence random) => random.Between(-1, 1);
}
