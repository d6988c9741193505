using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Images;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// Images [N, C, H, W] in float32 to [N, rows, columns, depth] with a border, rounded. A thread has two chunks of channels of a pixel:
/// neighbouring threads read neighbouring pixels, and each writes 32 bytes, a whole sector.
/// </summary>
internal static class ImageFormKernel
{
    /// <summary>Chunks of a thread.</summary>
    public const int Chunks = 2;

    /// <summary>Grid Y counts pairs of chunks.</summary>
    public static void ToChannelsLast<TPrecision>(
        ArrayView<float> x, ArrayView<float> y, PlanePadding padding, int channels, int pixelBytes)
        where TPrecision : struct, ITensorPrecision
    {
        if (!TensorCores.IsSupported)
        {
            return;
        }

        PadGeometry g = padding.G;
        int pixel = (Grid.IdxX * Group.DimX) + Group.IdxX, line = pixel / g.OutW, image = line / g.OutH;
        if (image * channels >= g.Planes)
        {
            return;
        }

        int row = padding.Rows.Source(line - (image * g.OutH)), column = padding.Columns.Source(pixel - (line * g.OutW));
        int first = Grid.IdxY * Chunks * TPrecision.ChunkDepth, plane = g.H * g.W;
        bool isInside = (row >= 0) & (column >= 0);
        int left = isInside ? channels - first : 0;
        int from = isInside ? (((image * channels) + first) * plane) + (row * g.W) + column : 0;
        long to = DeviceAddress.Of(ref y[0]) + ((long)pixel * pixelBytes) + (Grid.IdxY * Chunks * TurnsTile.ChunkBytes);
        long numbers = DeviceAddress.Of(ref x[0]);
        Chunk low = FormChunk.Of<TPrecision>(numbers, from, plane, left);
        Chunk high = FormChunk.Of<TPrecision>(numbers, from + (TPrecision.ChunkDepth * plane), plane, left - TPrecision.ChunkDepth);
        DeviceAddress.StoreChunk(to, low);
        DeviceAddress.StoreChunk(to + TurnsTile.ChunkBytes, high);
    }
}

/// <summary>Sixteen bytes of a form.</summary>
internal static class FormChunk
{
    /// <summary>A chunk of channels, rounded.</summary>
    /// <param name="x">the address of an array's numbers</param>
    /// <param name="from">the first channel's number</param>
    /// <param name="step">from one to the next</param>
    /// <param name="left">channels that there are, the others being 0</param>
    public static Chunk Of<TPrecision>(long x, int from, int step, int left)
        where TPrecision : struct, ITensorPrecision
    {
        Float4 low = Four(x, from, step, left), high = default;
        if (TPrecision.ChunkDepth > 4)
        {
            high = Four(x, from + (4 * step), step, left - 4);
        }

        return TPrecision.Round(low, high);
    }

    private static Float4 Four(long x, int from, int step, int left)
    {
        Float4 four = default;
        four.X = Load(x, from, left > 0);
        four.Y = Load(x, from + step, left > 1);
        four.Z = Load(x, from + (2 * step), left > 2);
        four.W = Load(x, from + (3 * step), left > 3);
        return four;
    }

    private static float Load(long x, int index, bool has)
    {
        float value = 0;
        if (has)
        {
            value = DeviceAddress.Load(x + ((long)index * sizeof(float)));
        }

        return value;
    }
}
