namespace IlgpuGan.Imaging.Png;

/// <summary>The pixels of Apple's CgBI variant of PNG: BGR or BGRA, premultiplied.</summary>
internal static class Cgbi
{
    /// <summary>Swaps red and blue in place and divides by alpha.</summary>
    public static Image ToRgb(Image image)
    {
        if (image.Channels < 3 || image.BitsPerChannel != 8)
        {
            return image;
        }

        var (samples, channels) = (image.Bytes, image.Channels);
        for (var i = 0; i < samples.Length; i += channels)
        {
            (samples[i], samples[i + 2]) = (samples[i + 2], samples[i]);
            var alpha = channels == 4 ? samples[i + 3] : (byte)0;
            if (alpha != 0)
            {
                foreach (ref var sample in samples.AsSpan(i, 3))
                {
                    sample = (byte)Math.Min(255, ((sample * 255) + (alpha / 2)) / alpha);
                }
            }
        }

        return image;
    }
}
