namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>Distance at one scale.</summary>
/// <param name="Side">height of the scale's pictures in pixels</param>
/// <param name="Distance">distance between outputs and real pictures, × 10³; lower is better</param>
/// <param name="RealToReal">
/// distance between two halves of the real pictures, every other one, × 10³, about the lowest that a generator can reach; null with fewer
/// than two pictures
/// </param>
internal sealed record ScaleDistance(int Side, double Distance, double? RealToReal);

/// <summary>Patch sliced Wasserstein distance.</summary>
/// <param name="Scales">finest first; the coarsest holds colour and layout</param>
/// <param name="Mean">mean over the scales</param>
/// <param name="RealToReal">mean distance between halves of the real pictures</param>
/// <param name="Pictures">number of pictures taken of each set; null in older reports</param>
internal sealed record SlicedWassersteinDistance(
    IReadOnlyList<ScaleDistance> Scales, double Mean, double? RealToReal, int? Pictures = null);

/// <summary>
/// Patch sliced Wasserstein distance of two sets of pictures (Karras et al. 2018, section 5): 7×7 patches of each level of a Laplacian
/// pyramid down to 16 pixels, 128 per picture, each set's channels normalised to mean 0 and variance 1, then the mean distance of sorted
/// projections onto 512 random directions.
/// </summary>
internal static class SlicedWasserstein
{
    /// <summary>Side of the coarsest level in pixels, and smallest side of a picture.</summary>
    public const int LeastSide = 16;

    private const int PatchSide = 7;
    private const int PatchesPerPicture = 128;
    private const int Directions = 512;
    private const double Scale = 1e3;

    /// <summary>Of the patches and directions.</summary>
    private const ulong Seed = 1;

    /// <summary>A separate random stream, independent of what else is drawn with the seed.</summary>
    private const uint Stream = 0x5ED;

    /// <param name="outputs">generated pictures</param>
    /// <param name="real">
    /// real pictures with equally many channels. Of the larger set as many are taken as the smaller one has, spread evenly over it
    /// </param>
    /// <param name="device">device of the projections</param>
    /// <exception cref="ArgumentException">a set is empty, or the pictures do not share one size of at least 16 pixels a side</exception>
    public static SlicedWassersteinDistance Between(IReadOnlyList<Picture> outputs, IReadOnlyList<Picture> real, Device device)
    {
        var all = outputs.Concat(real).ToList();
        var count = Math.Min(outputs.Count, real.Count);
        if (count == 0 || all.Any(p => (p.Width, p.Height, p.Channels) != (all[0].Width, all[0].Height, all[0].Channels))
            || Math.Min(all[0].Width, all[0].Height) < LeastSide)
        {
            throw new ArgumentException(
                $"the sliced Wasserstein distance needs pictures of one size, {LeastSide}x{LeastSide} or more, in both sets");
        }

        var levels = LaplacianPyramid.LevelsOf(all[0].Width, all[0].Height, LeastSide);
        var made = Patches(EvenPlaces.Of(outputs, count), levels, set: 0);
        var wanted = Patches(EvenPlaces.Of(real, count), levels, set: 1);
        var scales = new List<ScaleDistance>();
        for (var level = 0; level < levels; level++)
        {
            var own = count < 2 ? null : (double?)Distance(wanted[level].Half(0), wanted[level].Half(1), device, level);
            scales.Add(new ScaleDistance(all[0].Height >> level, Distance(made[level], wanted[level], device, level), own));
        }

        return new SlicedWassersteinDistance(scales, scales.Average(s => s.Distance), scales.Average(s => s.RealToReal), count);
    }

    /// <summary>Patch descriptors of a set, by level.</summary>
    private static Descriptors[] Patches(IEnumerable<Picture> pictures, int levels, uint set)
    {
        var values = Enumerable.Range(0, levels).Select(_ => new List<float>()).ToArray();
        uint index = 0;
        var channels = 0;
        foreach (var picture in pictures)
        {
            var random = new RandomSequence(new RandomKey(Seed, Stream, set, index++));
            var pyramid = LaplacianPyramid.Of(picture, levels);
            channels = picture.Channels;
            for (var level = 0; level < levels; level++)
            {
                for (var patch = 0; patch < PatchesPerPicture; patch++)
                {
                    Cut(pyramid[level], random, values[level]);
                }
            }
        }

        return [.. values.Select(v => new Descriptors([.. v], channels))];
    }

    private static void Cut(LaplacianPyramid.Planes planes, RandomSequence random, List<float> values)
    {
        var (left, top) = (random.NextInt(planes.Width - PatchSide + 1), random.NextInt(planes.Height - PatchSide + 1));
        for (var c = 0; c < planes.Channels; c++)
        {
            for (var y = 0; y < PatchSide; y++)
            {
                values.AddRange(planes.Values.AsSpan((((c * planes.Height) + top + y) * planes.Width) + left, PatchSide));
            }
        }
    }

    private static double Distance(Descriptors a, Descriptors b, Device device, int level)
    {
        using var step = device.Step();
        var directions = DrawDirections(a.Columns, level);
        var (p, q) = (a.Standardised().Projected(directions, device), b.Standardised().Projected(directions, device));
        var rows = a.Values.Length / a.Columns;
        var distances = new double[Directions];
        IdleThreads.For(Directions, d =>
        {
            var x = p.AsSpan(d * rows, rows);
            var y = q.AsSpan(d * rows, rows);
            RadixSort.Sort(x);
            RadixSort.Sort(y);
            for (var i = 0; i < rows; i++)
            {
                distances[d] += Math.Abs(x[i] - y[i]);
            }
        });
        return Scale * distances.Sum() / Directions / rows;
    }

    /// <summary>Random unit vectors as rows: [directions, columns].</summary>
    private static float[] DrawDirections(int columns, int level)
    {
        var random = new RandomSequence(new RandomKey(Seed, Stream, 2, (uint)level));
        var directions = new float[Directions * columns];
        for (var d = 0; d < Directions; d++)
        {
            var direction = directions.AsSpan(d * columns, columns);
            var square = 0.0;
            foreach (ref var x in direction)
            {
                x = random.NextNormal();
                square += x * x;
            }

            foreach (ref var x in direction)
            {
                x = (float)(x / Math.Sqrt(square));
            }
        }

        return directions;
    }

    /// <summary>Patches as rows: [patches, C · 7 · 7].</summary>
    private sealed record Descriptors(float[] Values, int Channels)
    {
        private const int Area = PatchSide * PatchSide;

        public int Columns => Channels * Area;

        /// <summary>The patches of every other picture; of an odd number the last one is left out.</summary>
        /// <param name="first">0 or 1: the first picture of the half</param>
        public Descriptors Half(int first)
        {
            var ofPicture = PatchesPerPicture * Columns;
            var half = new float[Values.Length / ofPicture / 2 * ofPicture];
            for (var to = 0; to < half.Length; to += ofPicture)
            {
                Values.AsSpan((2 * to) + (first * ofPicture), ofPicture).CopyTo(half.AsSpan(to));
            }

            return this with { Values = half };
        }

        /// <summary>Normalises each channel to mean 0 and variance 1 over all patches and pixels.</summary>
        public Descriptors Standardised()
        {
            var result = new float[Values.Length];
            for (var c = 0; c < Channels; c++)
            {
                var (sum, square, n) = (0.0, 0.0, (double)Values.Length / Channels);
                foreach (var i in IndicesOf(c))
                {
                    sum += Values[i];
                    square += (double)Values[i] * Values[i];
                }

                var mean = sum / n;
                var deviation = Math.Sqrt(Math.Max(0, (square / n) - (mean * mean)));
                foreach (var i in IndicesOf(c))
                {
                    result[i] = deviation > 0 ? (float)((Values[i] - mean) / deviation) : 0; // A set of one colour has no detail.
                }
            }

            return this with { Values = result };
        }

        /// <summary>Projections onto each direction, [directions, patches].</summary>
        public float[] Projected(float[] directions, Device device)
        {
            var patches = Tensor.From(Values, new Shape(Values.Length / Columns, Columns), device);
            var axes = Tensor.From(directions, new Shape(Directions, Columns), device);
            return axes.MatMul(patches, transposeB: true).ToArray();
        }

        private IEnumerable<int> IndicesOf(int channel)
        {
            for (var start = channel * Area; start < Values.Length; start += Columns)
            {
                for (var i = start; i < start + Area; i++)
                {
                    yield return i;
                }
            }
        }
    }
}
