namespace IlgpuGan.Imaging.Resampling;

/// <summary>Resizes 16-bit images with <see cref="FloatResampler"/>, with premultiplied alpha.</summary>
internal static class WordResampler
{
    public static Image Resize(Image image, int width, int height, ResizeFilter filter)
    {
        var channels = image.Channels;
        var source = Array.ConvertAll(image.Words, w => (float)w);
        if (image.HasAlpha)
        {
            for (var i = 0; i < source.Length; i += channels)
            {
                Scale(source.AsSpan(i, channels - 1), source[i + channels - 1] / ushort.MaxValue);
            }
        }

        var target = new float[width * height * channels];
        FloatResampler.Resize(source, image.Width, image.Height, channels, target, width, height, filter);
        if (image.HasAlpha)
        {
            for (var i = 0; i < target.Length; i += channels)
            {
                var alpha = target[i + channels - 1];
                if (alpha > 0)
                {
                    Scale(target.AsSpan(i, channels - 1), ushort.MaxValue / alpha);
                }
            }
        }

        return image.With(width, height, Array.ConvertAll(target, v => (ushort)Math.Clamp(MathF.Round(v), 0, ushort.MaxValue)));
    }

    private static void Scale(Span<float> values, float factor)
    {
        foreach (ref var value in values)
        {
            value *= factor;
        }
    }
}
