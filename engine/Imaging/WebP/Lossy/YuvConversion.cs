namespace IlgpuGan.Imaging.WebP.Lossy;

/// <summary>Converts planes to RGB as libwebp does: chroma upsampled with weights of 9, 3, 3 and 1 sixteenths, then BT.601.</summary>
internal static class YuvConversion
{
    /// <param name="target">Receives [height, width, channels]; only the first three channels are set.</param>
    public static void Convert(Vp8Frame frame, int width, int height, byte[] target, int channels)
    {
        var (uRow, vRow) = (new byte[width], new byte[width]);
        var chromaRows = (height + 1) / 2;
        for (var y = 0; y < height; y++)
        {
            var near = y / 2;
            var far = Math.Clamp((y & 1) == 0 ? near - 1 : near + 1, 0, chromaRows - 1);
            Enlarge(frame.ChromaU, near, far, uRow);
            Enlarge(frame.ChromaV, near, far, vRow);
            var luma = frame.Luma.Samples.AsSpan(frame.Luma.At(0, y), width);
            for (var x = 0; x < width; x++)
            {
                var at = ((y * width) + x) * channels;
                var (l, u, v) = ((luma[x] * 19077) >> 8, uRow[x], vRow[x]);
                target[at] = Clipped(l + ((v * 26149) >> 8) - 14234);
                target[at + 1] = Clipped(l - ((u * 6419) >> 8) - ((v * 13320) >> 8) + 8708);
                target[at + 2] = Clipped(l + ((u * 33050) >> 8) - 17685);
            }
        }
    }

    private static void Enlarge(Vp8Plane plane, int near, int far, Span<byte> target)
    {
        var n = plane.Samples.AsSpan(plane.At(0, near));
        var f = plane.Samples.AsSpan(plane.At(0, far));
        target[0] = (byte)(((3 * n[0]) + f[0] + 2) >> 2);
        for (var x = 1; x <= (target.Length - 1) / 2; x++)
        {
            var sum = n[x - 1] + n[x] + f[x - 1] + f[x] + 8;
            target[(2 * x) - 1] = (byte)((((sum + (2 * (n[x] + f[x - 1]))) >> 3) + n[x - 1]) >> 1);
            target[2 * x] = (byte)((((sum + (2 * (n[x - 1] + f[x]))) >> 3) + n[x]) >> 1);
        }

        if (target.Length % 2 == 0)
        {
            var last = (target.Length / 2) - 1;
            target[^1] = (byte)(((3 * n[last]) + f[last] + 2) >> 2);
        }
    }

    private static byte Clipped(int value) => (byte)Math.Clamp(value >> 6, 0, 255);
}
