using IlgpuGan.Imaging.WebP.Lossless;

namespace IlgpuGan.Imaging.WebP;

/// <summary>Decodes the alpha plane of a lossy picture (ALPH chunk).</summary>
internal static class AlphaPlane
{
    private const int Horizontal = 1;
    private const int Vertical = 2;
    private const int Gradient = 3;

    /// <param name="lenient">Whether missing samples stay zero.</param>
    /// <returns>Alpha, [height, width].</returns>
    /// <exception cref="ImageFormatException">The data ends early or is corrupt.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> data, int width, int height, bool lenient)
    {
        var alpha = new byte[width * height];
        if (data.IsEmpty || ((data[0] & 3) == 0 && data.Length - 1 < alpha.Length && !lenient))
        {
            throw new ImageFormatException("the WebP is cut short: its alpha ends before its last row");
        }

        switch (data[0] & 3)
        {
            case 0:
                data[1..Math.Min(data.Length, alpha.Length + 1)].CopyTo(alpha);
                break;
            case 1:
                var pixels = LosslessDecoder.Decode(data[1..], width, height, lenient);
                for (var i = 0; i < alpha.Length; i++)
                {
                    alpha[i] = (byte)(pixels[i] >> 8);
                }

                break;
            case var other:
                throw new ImageFormatException($"the WebP's alpha is compressed in the unknown way {other}");
        }

        var filter = (data[0] >> 2) & 3;
        for (var i = 0; filter != 0 && i < alpha.Length; i++)
        {
            var (x, y) = (i % width, i / width);
            var expected = (x, y, filter) switch
            {
                (0, 0, _) => 0,
                (_, 0, _) or (> 0, _, Horizontal) => alpha[i - 1],
                (0, _, _) or (_, _, Vertical) => alpha[i - width],
                (_, _, Gradient) => (byte)Math.Clamp(alpha[i - 1] + alpha[i - width] - alpha[i - width - 1], 0, 255),
                _ => 0,
            };
            alpha[i] = (byte)(alpha[i] + expected);
        }

        return alpha;
    }
}
