namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>
/// The Laplacian pyramid of a picture (Burt and Adelson 1983): the binomial filter (1 4 6 4 1) / 16 along rows and columns, reflection
/// padding (without repeating the edge), every other pixel kept.
/// </summary>
internal static class LaplacianPyramid
{
    private static readonly float[] s_filter = [1f / 16, 4f / 16, 6f / 16, 4f / 16, 1f / 16];

    /// <summary>Number of levels whose sides are at least a given number of pixels.</summary>
    public static int LevelsOf(int width, int height, int leastSide)
    {
        var levels = 1;
        for (var side = Math.Min(width, height); side / 2 >= leastSide; side /= 2)
        {
            levels++;
        }

        return levels;
    }

    /// <summary>The levels of a picture, finest first; the last one is the low-pass residual. Values 0 … 255.</summary>
    public static IReadOnlyList<Planes> Of(Picture picture, int levels)
    {
        var pyramid = new List<Planes> { Planes.From(picture) };
        while (pyramid.Count < levels)
        {
            var finer = pyramid[^1];
            var coarser = finer.Filtered(1).Halved();
            pyramid[^1] = finer.Minus(coarser.Doubled(finer.Width, finer.Height).Filtered(2));
            pyramid.Add(coarser);
        }

        return pyramid;
    }

    /// <summary>Values [C, H, W].</summary>
    internal sealed record Planes(float[] Values, int Channels, int Width, int Height)
    {
        public static Planes From(Picture picture)
        {
            var values = new float[picture.Channels * picture.Width * picture.Height];
            picture.CopyTo(values);
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (values[i] + 1) * 127.5f;
            }

            return new Planes(values, picture.Channels, picture.Width, picture.Height);
        }

        public Planes Minus(Planes other) => this with { Values = [.. Values.Zip(other.Values, (a, b) => a - b)] };

        /// <summary>Applies the filter, scaled by a factor, along rows and columns.</summary>
        public Planes Filtered(float factor)
        {
            var (rows, result) = (new float[Values.Length], new float[Values.Length]);
            for (var i = 0; i < Values.Length; i++)
            {
                var x = i % Width;
                for (var k = -2; k <= 2; k++)
                {
                    rows[i] += factor * s_filter[k + 2] * Values[i - x + Mirrored(x + k, Width)];
                }
            }

            for (var i = 0; i < Values.Length; i++)
            {
                var (y, start) = (i / Width % Height, i - (i / Width % Height * Width));
                for (var k = -2; k <= 2; k++)
                {
                    result[i] += factor * s_filter[k + 2] * rows[start + (Mirrored(y + k, Height) * Width)];
                }
            }

            return this with { Values = result };
        }

        /// <summary>Keeps every other pixel.</summary>
        public Planes Halved()
        {
            var half = new Planes(new float[Channels * (Width / 2) * (Height / 2)], Channels, Width / 2, Height / 2);
            half.Fill((c, x, y) => Values[(((c * Height) + (2 * y)) * Width) + (2 * x)]);
            return half;
        }

        /// <summary>Inserts zeros between the pixels.</summary>
        public Planes Doubled(int width, int height)
        {
            var doubled = new Planes(new float[Channels * width * height], Channels, width, height);
            doubled.Fill((
                c, x,
                y) => x % 2 == 0 && y % 2 == 0 && x / 2 < Width && y / 2 < Height ? Values[(((c * Height) + (y / 2)) * Width) + (
                    x / 2)] : 0);
            return doubled;
        }

        private void Fill(Func<int, int, int, float> value)
        {
            for (var i = 0; i < Values.Length; i++)
            {
                Values[i] = value(i / (Width * Height), i % Width, i / Width % Height);
            }
        }

        private static int Mirrored(int i, int extent) => i < 0 ? -i : i < extent ? i : (2 * extent) - 2 - i;
    }
}
