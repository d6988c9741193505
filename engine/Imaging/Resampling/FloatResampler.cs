namespace IlgpuGan.Imaging.Resampling;

/// <summary>Resizes floats: first horizontally, then vertically, each sum in double precision.</summary>
internal static class FloatResampler
{
    public static void Resize(
        ReadOnlySpan<float> source, int width, int height, int channels, Span<float> target, int newWidth, int newHeight,
        ResizeFilter filter)
    {
        var rows = source;
        if (newWidth != width)
        {
            var weights = FilterWeights.Create(filter, width, newWidth);
            var between = newHeight == height ? target : new float[newWidth * height * channels];
            for (var y = 0; y < height; y++)
            {
                Horizontal(
                    source.Slice(y * width * channels, width * channels),
                    between.Slice(y * newWidth * channels, newWidth * channels),
                    channels,
                    weights);
            }

            rows = between;
        }

        if (newHeight != height)
        {
            Vertical(rows, target, newWidth * channels, FilterWeights.Create(filter, height, newHeight));
        }
        else if (newWidth == width)
        {
            source.CopyTo(target);
        }
    }

    private static void Horizontal(ReadOnlySpan<float> row, Span<float> target, int channels, FilterWeights weights)
    {
        for (var x = 0; x < weights.NewSize; x++)
        {
            var taps = weights.Exact.AsSpan(x * weights.Taps, weights.Count[x]);
            var first = row[(weights.First[x] * channels)..];
            for (var c = 0; c < channels; c++)
            {
                var sum = 0.0;
                for (var k = 0; k < taps.Length; k++)
                {
                    sum += first[(k * channels) + c] * taps[k];
                }

                target[(x * channels) + c] = (float)sum;
            }
        }
    }

    private static void Vertical(ReadOnlySpan<float> rows, Span<float> target, int length, FilterWeights weights)
    {
        var sums = new double[length];
        for (var y = 0; y < weights.NewSize; y++)
        {
            Array.Clear(sums);
            for (var k = 0; k < weights.Count[y]; k++)
            {
                var weight = weights.Exact[(y * weights.Taps) + k];
                var row = rows.Slice((weights.First[y] + k) * length, length);
                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i] += row[i] * weight;
                }
            }

            for (var i = 0; i < length; i++)
            {
                target[(y * length) + i] = (float)sums[i];
            }
        }
    }
}
