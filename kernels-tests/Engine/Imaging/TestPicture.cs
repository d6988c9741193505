namespace IlgpuGan.EngineTests.Imaging;

/// <summary>The picture that the fixtures' script makes too: gradients that wrap, so that there are edges, and some noise.</summary>
internal static class TestPicture
{
    public static Image Create(int width, int height, int channels)
    {
        var samples = new byte[width * height * channels];
        var i = 0;
        for (long y = 0; y < height; y++)
        {
            for (long x = 0; x < width; x++)
            {
                for (long c = 0; c < channels; c++)
                {
                    var noise = (((x * 73856093) ^ (y * 19349663) ^ (c * 83492791)) >> 5) & 15;
                    samples[i++] = (byte)((x * (3 + c)) + (y * (5 - c)) + ((x * y) >> 4) + noise);
                }
            }
        }

        return new(width, height, channels, samples);
    }

    /// <summary>The same with 16 bits a sample, the lower ones not derived from the upper ones.</summary>
    public static Image CreateWords(int width, int height, int channels)
    {
        var bytes = Create(width, height, channels).Bytes;
        var words = new ushort[bytes.Length];
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = (ushort)((bytes[i] << 8) | ((i * 37) & 0xFF));
        }

        return new(width, height, channels, words);
    }
}
