using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// Images [N, C, H, W] in float32 to [N, rows, columns, depth] in bfloat16 with a border. A thread has 16 channels of a pixel: neighbouring
/// threads read neighbouring pixels, and each writes 32 bytes, a whole sector.
/// </summary>
internal static class ImageFormKernel
{
    /// <summary>Channels of a thread.</summary>
    public const int Channels = 16;

    /// <summary>Grid Y counts sixteens of channels.</summary>
    public static void ToChannelsLast(
        ArrayView<float> x, ArrayView<float> y, PaddedAxis rows, PaddedAxis columns, PadGeometry g, int channels, int depth)
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }

        int pixel = (Grid.IdxX * Group.DimX) + Group.IdxX, line = pixel / g.OutW, image = line / g.OutH;
        if (image * channels >= g.Planes)
        {
            return;
        }

        int row = rows.Source(line - (image * g.OutH)), column = columns.Source(pixel - (line * g.OutW)), first = Grid.IdxY * Channels;
        bool isInside = (row >= 0) & (column >= 0);
        int plane = g.H * g.W, left = isInside ? channels - first : 0;
        int from = isInside ? (((image * channels) + first) * plane) + (row * g.W) + column : 0;
        long to = DeviceAddress.Of(ref y[0]) + ((((long)pixel * depth) + first) * 2);
        Chunk low = Eight(x, from, plane, left), high = Eight(x, from + (8 * plane), plane, left - 8);
        DeviceAddress.StoreChunk(to, low);
        DeviceAddress.StoreChunk(to + 16, high);
    }

    private static Chunk Eight(ArrayView<float> x, int from, int plane, int left)
    {
        float a = Load(x, from, left > 0), b = Load(x, from + plane, left > 1), c = Load(x, from + (2 * plane), left > 2),
            d = Load(x, from + (3 * plane), left > 3), e = Load(x, from + (4 * plane), left > 4), f = Load(x, from + (5 * plane), left > 5),
            g = Load(x, from + (6 * plane), left > 6), h = Load(x, from + (7 * plane), left > 7);
        Chunk chunk = default;
        chunk.X = TensorCores.PackBFloat16(a, b);
        chunk.Y = TensorCores.PackBFloat16(c, d);
        chunk.Z = TensorCores.PackBFloat16(e, f);
        chunk.W = TensorCores.PackBFloat16(g, h);
        return chunk;
    }

    private static float Load(ArrayView<float> x, int index, bool has)
    {
        float value = 0;
        if (has)
        {
            value = x[index];
        }

        return value;
    }
}
