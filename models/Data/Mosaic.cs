using IlgpuGan.Imaging;

namespace IlgpuGan.Models.Data;

/// <summary>Joins pictures into one.</summary>
public static class Mosaic
{
    /// <summary>
    /// Pictures of equal height side by side, with 8 bits per channel, in colours if one of them has colours, and with alpha if one of them
    /// has alpha: gray is replicated, missing alpha is opaque. Of more than four channels, the layers that all of them have.
    /// </summary>
    public static Picture Row(params ReadOnlySpan<Picture> pictures)
    {
        var all = pictures.ToArray();
        var layers = Enumerable.Range(0, all.Min(p => p.Layers.Count));
        return new Picture([.. layers.Select(l => Row(Array.ConvertAll(all, p => p.Layers[l])))]);
    }

    /// <summary>Pictures of equal width and channels on top of each other, with 8 bits per channel.</summary>
    public static Picture Column(params IReadOnlyList<Picture> pictures)
    {
        var (width, channels) = (pictures[0].Width, pictures[0].Channels);
        var layers = pictures.Select(p => p.Layers.Count == 1 && p.Width == width && p.Channels == channels
            ? p.Layers[0].ToEightBits()
            : throw new ArgumentException("pictures below each other must have one width and the same channels, at most four"));
        return new Picture(new Image(width, pictures.Sum(p => p.Height), channels, [.. layers.SelectMany(l => l.Bytes)]));
    }

    /// <summary>The pictures of a batch in rows, from left to right and from top to bottom; the last row is padded with black.</summary>
    /// <param name="batch">[N, C, H, W] in [−1, 1], with one to four channels</param>
    /// <param name="columns">pictures per row</param>
    public static Picture Grid(Tensor batch, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (batch.Shape.Rank != 4 || batch.Shape[0] == 0 || batch.Shape[1] > 4)
        {
            throw new ArgumentException($"a grid shows pictures [N, C, H, W] of up to four channels, not {batch.Shape}", nameof(batch));
        }

        var (count, channels) = (batch.Shape[0], batch.Shape[1]);
        var black = new Picture(new Image(batch.Shape[3], batch.Shape[2], channels, new byte[batch.Shape[3] * batch.Shape[2] * channels]));
        var rows = new Picture[(count + columns - 1) / columns];
        for (var row = 0; row < rows.Length; row++)
        {
            rows[row] =
                Row([.. Enumerable.Range(row * columns, columns).Select(i => i < count ? PictureTensors.ToPicture(batch, i) : black)]);
        }

        return Column(rows);
    }

    private static Image Row(Image[] pictures)
    {
        var channels = (pictures.Any(p => p.Channels > 2) ? 3 : 1) + (pictures.Any(p => p.HasAlpha) ? 1 : 0);
        var images = Array.ConvertAll(pictures, p => p.ToEightBits().ToChannels(channels));
        var height = images[0].Height;
        if (images.Any(i => i.Height != height))
        {
            throw new ArgumentException("pictures in a row must have one height");
        }

        var width = images.Sum(i => i.Width);
        var samples = new byte[width * height * channels];
        var left = 0;
        foreach (var image in images)
        {
            var stride = image.Width * channels;
            for (var y = 0; y < height; y++)
            {
                image.Bytes.AsSpan(y * stride, stride).CopyTo(samples.AsSpan(((y * width) + left) * channels));
            }

            left += image.Width;
        }

        return new Image(width, height, channels, samples);
    }
}
