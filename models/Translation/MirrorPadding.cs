using IlgpuGan.Models.Data;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Models.Translation;

/// <summary>Sides rounded up by mirroring a picture at its right and lower border, as often as it takes.</summary>
internal static class MirrorPadding
{
    /// <summary>A picture as [1, C, height, width].</summary>
    public static Tensor ToTensor(Picture picture, int width, int height, Device device)
    {
        if ((width, height) == (picture.Width, picture.Height))
        {
            return picture.ToTensor(device);
        }

        var source = new float[picture.Channels * picture.Width * picture.Height];
        picture.CopyTo(source);
        var padded = new float[picture.Channels * width * height];
        for (var row = 0; row < picture.Channels * height; row++)
        {
            var (channel, y) = Math.DivRem(row, height);
            var from = source.AsSpan(((channel * picture.Height) + Mirrored(y, picture.Height)) * picture.Width, picture.Width);
            var to = padded.AsSpan(row * width, width);
            for (var x = 0; x < width; x++)
            {
                to[x] = from[Mirrored(x, picture.Width)];
            }
        }

        return Tensor.From(padded, new Shape(1, picture.Channels, height, width), device);
    }

    /// <summary>The upper left part of [N, C, H, W].</summary>
    public static Tensor Cut(Tensor tensor, int width, int height) =>
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
