using System.Numerics;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.Models.Data;

/// <summary>Samples crops of warped pictures and maps; beyond the border they are mirrored.</summary>
internal static class WarpedPicture
{
    /// <summary>A crop of a warped picture: bilinear for photographs, nearest neighbour for colour-coded maps.</summary>
    /// <param name="warp">source positions of the pixels</param>
    /// <param name="picture">the whole picture</param>
    /// <param name="part">the crop, in the warped picture</param>
    /// <param name="isMap">whether to keep the picture's exact colours</param>
    public static Picture Show(this Warp warp, Picture picture, PixelArea part, bool isMap) => new(
    [
        .. picture.Layers.Select(layer => layer.BitsPerChannel == 8
            ? new Image(part.Width, part.Height, layer.Channels, Sample(warp, layer.Bytes, layer, part, isMap))
            : new Image(part.Width, part.Height, layer.Channels, Sample(warp, layer.Words, layer, part, isMap))),
    ]);

    /// <summary>A crop of a warped label map.</summary>
    public static LabelMap Show(this Warp warp, LabelMap map, PixelArea part)
    {
        var ids = new int[part.Width * part.Height];
        for (var i = 0; i < ids.Length; i++)
        {
            var (x, y) = warp.Source(part.X + (i % part.Width), part.Y + (i / part.Width));
            ids[i] = map.Ids[(Warp.Inside((int)MathF.Round(y), map.Height) * map.Width) + Warp.Inside((int)MathF.Round(x), map.Width)];
        }

        return new LabelMap(part.Width, part.Height, ids);
    }

    private static T[] Sample<T>(Warp warp, T[] samples, Image image, PixelArea part, bool isMap)
        where T : struct, IBinaryInteger<T>
    {
        var channels = image.Channels;
        var result = new T[part.Width * part.Height * channels];
        for (var i = 0; i < result.Length; i += channels)
        {
            var pixel = i / channels;
            var (x, y) = warp.Source(part.X + (pixel % part.Width), part.Y + (pixel / part.Width));
            if (isMap)
            {
                samples.AsSpan(At((int)MathF.Round(x), (int)MathF.Round(y)), channels).CopyTo(result.AsSpan(i));
                continue;
            }

            var (left, top) = ((int)MathF.Floor(x), (int)MathF.Floor(y));
            var (right, down) = (x - left, y - top);
            var (a, b, c, d) = (At(left, top), At(left + 1, top), At(left, top + 1), At(left + 1, top + 1));
            for (var channel = 0; channel < channels; channel++)
            {
                var above = Mix(float.CreateChecked(samples[a + channel]), float.CreateChecked(samples[b + channel]), right);
                var below = Mix(float.CreateChecked(samples[c + channel]), float.CreateChecked(samples[d + channel]), right);
                result[i + channel] = T.CreateSaturating(MathF.Round(Mix(above, below, down)));
            }
        }

        return result;

        int At(int column, int row) => ((Warp.Inside(row, image.Height) * image.Width) + Warp.Inside(column, image.Width)) * channels;
    }

    private static float Mix(float from, float to, float part) => from + (part * (to - from));
}
