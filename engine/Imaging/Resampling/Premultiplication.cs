namespace IlgpuGan.Imaging.Resampling;

/// <summary>Multiplies colours by alpha before averaging, and divides afterwards: transparent pixels must not tint visible ones.</summary>
internal static class Premultiplication
{
    /// <param name="channels">2 or 4, the last of them alpha.</param>
    public static byte[] Multiply(ReadOnlySpan<byte> samples, int channels)
    {
        var result = samples.ToArray();
        for (var i = 0; i < result.Length; i += channels)
        {
            var alpha = result[i + channels - 1];
            for (var c = 0; c < channels - 1; c++)
            {
                var t = (result[i + c] * alpha) + 128;
                result[i + c] = (byte)((t + (t >> 8)) >> 8);
            }
        }

        return result;
    }

    /// <summary>Divides in place. Colours with alpha 0 are unchanged.</summary>
    public static void Divide(Span<byte> samples, int channels)
    {
        for (var i = 0; i < samples.Length; i += channels)
        {
            var alpha = samples[i + channels - 1];
            if (alpha is 0 or 255)
            {
                continue;
            }

            for (var c = 0; c < channels - 1; c++)
            {
                samples[i + c] = (byte)Math.Min(255, 255 * samples[i + c] / alpha);
            }
        }
    }
}
