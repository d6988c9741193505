using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.Models.Translation;

/// <summary>Pads pictures at the right and lower border by reflection, repeated if necessary.</summary>
internal static class ReflectionPadding
{
    /// <summary>The padded picture as [1, C, height, width].</summary>
    public static Tensor ToTensor(Picture picture, int width, int height, Device device) =>
        (width, height) == (picture.Width, picture.Height) ? picture.ToTensor(device) : ToTensor(picture, width, 0, height, device);

    /// <summary>Rows <paramref name="top"/> … of the padded picture as [1, C, rows, width].</summary>
    public static Tensor ToTensor(Picture picture, int width, int top, int rows, Device device)
    {
        var padded = new float[(long)picture.Channels * width * rows];
        var sources = Enumerable.Range(top, rows).Select(y => Mirrored(y, picture.Height)).ToArray();
        var (first, height) = (sources.Min(), sources.Max() - sources.Min() + 1);
        var source = new float[picture.Channels * picture.Width * height];
        picture.Crop(0, first, picture.Width, height).CopyTo(source);
        for (var row = 0; row < picture.Channels * rows; row++)
        {
            var (channel, y) = Math.DivRem(row, rows);
            var from = source.AsSpan(((channel * height) + sources[y] - first) * picture.Width, picture.Width);
            var to = padded.AsSpan(row * width, width);
            from.CopyTo(to);
            for (var x = picture.Width; x < width; x++)
            {
                to[x] = from[Mirrored(x, picture.Width)];
            }
        }

        return Tensor.From(padded, new Shape(1, picture.Channels, rows, width), device);
    }

    /// <summary>Pads a label map likewise.</summary>
    public static LabelMap Pad(LabelMap map, int width, int height)
    {
        if ((width, height) == (map.Width, map.Height))
        {
            return map;
        }

        var ids = new int[width * height];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = map.Ids[(Mirrored(i / width, map.Height) * map.Width) + Mirrored(i % width, map.Width)];
        }

        return new LabelMap(width, height, ids);
    }

    /// <summary>Crops a network's output to the area of the unpadded picture; the network may change the size.</summary>
    /// <param name="output">[N, C, H, W]</param>
    /// <param name="padded">shape of the padded picture</param>
    /// <param name="width">size of the unpadded picture</param>
    /// <param name="height">size of the unpadded picture</param>
    public static Tensor CropScaled(Tensor output, Shape padded, int width, int height)
    {
        return Crop(output, Scaled(width, output.Shape[3], padded[3]), Scaled(height, output.Shape[2], padded[2]));

        static int Scaled(int side, int output, int padded) => (int)Math.Max((long)side * output / padded, 1);
    }

    /// <summary>The upper left part of [N, C, H, W].</summary>
    public static Tensor Crop(Tensor tensor, int width, int height) =>
        (tensor.Shape[3], tensor.Shape[2]) == (width, height) ? tensor : tensor.Slice(2, 0, height).Slice(3, 0, width);

    /// <summary>0 1 2 3 2 1 0 1 …: the border itself is not repeated.</summary>
    private static int Mirrored(int position, int length)
    {
        if (length == 1)
        {
            return 0;
        }

        var period = 2 * (length - 1);
        var inPeriod = position % period;
        return inPeriod < length ? inPeriod : period - inPeriod;
    }
}
