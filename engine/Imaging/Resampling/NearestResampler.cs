namespace IlgpuGan.Imaging.Resampling;

/// <summary>Nearest neighbour: takes the old pixel that contains the centre of each new one.</summary>
internal static class NearestResampler
{
    public static Image Resize(Image image, int width, int height)
    {
        if (image.BitsPerChannel == 8)
        {
            var bytes = new byte[width * height * image.Channels];
            Resize<byte>(image.Bytes, image.Width, image.Height, image.Channels, bytes, width, height);
            return image.With(width, height, bytes);
        }

        var words = new ushort[width * height * image.Channels];
        Resize<ushort>(image.Words, image.Width, image.Height, image.Channels, words, width, height);
        return image.With(width, height, words);
    }

    public static void Resize<T>(ReadOnlySpan<T> source, int width, int height, int channels, Span<T> target, int newWidth, int newHeight)
    {
        var columns = Positions(width, newWidth);
        var rows = Positions(height, newHeight);
        foreach (var y in rows)
        {
            var row = source.Slice(y * width * channels, width * channels);
            foreach (var x in columns)
            {
                row.Slice(x * channels, channels).CopyTo(target);
                target = target[channels..];
            }
        }
    }

    private static int[] Positions(int oldSize, int newSize)
    {
        // The position is accumulated, not multiplied, so that ties round as in Pillow.
        var step = (double)oldSize / newSize;
        var position = step * 0.5;
        var positions = new int[newSize];
        for (var i = 0; i < newSize; i++, position += step)
        {
            positions[i] = Math.Min((int)position, oldSize - 1);
        }

        return positions;
    }
}
