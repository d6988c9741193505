using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// The weight gradient of a convolution with few pixels (<see cref="FewPixels"/>): dw [K, taps] = dy [K, pixels] · patches [pixels, taps].
/// A thread keeps four taps of all patches in registers and writes their products row by row, 16 bytes at a time; a warp writes 512
/// contiguous bytes.
/// </summary>
internal static class FewPixelsWeightGradientKernel
{
    /// <summary>Taps of a group.</summary>
    public static int Columns(int pixels) => FewPixels.SharedLength / pixels;

    /// <summary>The most rows of a group.</summary>
    public static int MaxRows(int pixels) => FewPixels.SecondLength / pixels;

    /// <summary>Grid X counts blocks of taps, Y blocks of rows.</summary>
    /// <typeparam name="TPatches">for each pixel four taps</typeparam>
    /// <param name="target">the weight's gradient as vectors of four</param>
    /// <param name="rows">rows of a group, at most <see cref="MaxRows"/></param>
    public static void FewPixelsWeightGradient<TPatches>(Product product, ArrayView<Float4> target, int rows)
        where TPatches : struct, IRegisterArray<TPatches, Float4>
    {
        ArrayView<float> patches = SharedMemory.Allocate<float>(FewPixels.SharedLength),
            gradient = SharedMemory.Allocate<float>(FewPixels.SecondLength);
        int columns = Columns(TPatches.Count), firstColumn = Grid.IdxX * columns, firstRow = Grid.IdxY * rows;
        LoadPatches(product, patches, firstColumn, TPatches.Count);
        LoadGradient(product, gradient, firstRow, rows, TPatches.Count);
        SharedCopy.Commit();
        SharedCopy.WaitForAll();
        Group.Barrier();
        int vectors = columns / FewPixels.Width, vector = Group.IdxX % vectors, column = firstColumn + (vector * FewPixels.Width);
        if (column >= product.Columns)
        {
            return;
        }

        Patches source = default;
        source.Shared = FewPixels.From(patches, vector * FewPixels.Width);
        source.Stride = columns;
        TPatches own = TPatches.Make(ref source, 0);
        int end = IntrinsicMath.Min(rows, product.Rows - firstRow);
        for (int row = Group.IdxX / vectors; row < end; row += FewPixels.Threads / vectors)
        {
            RowSum sum = default;
            sum.Gradient = FewPixels.From(gradient, row * TPatches.Count);
            TPatches.Each(own, ref sum, 0);
            target[(product.Target.Origin + ((firstRow + row) * product.Target.RowStride) + column) / FewPixels.Width] = sum.Sum;
        }
    }

    /// <summary>Starts loading a group's taps of all patches, [pixel, tap].</summary>
    private static void LoadPatches(in Product product, ArrayView<float> patches, int firstColumn, int pixels)
    {
        int columns = Columns(pixels);
        for (int tap = Group.IdxX; tap < columns; tap += FewPixels.Threads)
        {
            RightColumn column = product.Right.Column(
                product.ColumnRadix.Of(firstColumn + tap), firstColumn + tap < product.Columns);
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                int offset = product.Right.Offset(column, product.DepthRadix.Of(pixel));
                SharedCopy.Start(
                    product.Right.Image, offset, (offset >= 0) & (pixel < product.Depth), ref patches[(pixel * columns) + tap]);
            }
        }
    }

    /// <summary>Starts loading a group's rows of dy, [row, pixel].</summary>
    private static void LoadGradient(in Product product, ArrayView<float> gradient, int firstRow, int rows, int pixels)
    {
        // The number of threads is a multiple of that of pixels, so a thread loads one pixel of several rows.
        int pixel = Group.IdxX % pixels, offset = product.Left.Offset(product.DepthRadix.Of(pixel));
        for (int row = Group.IdxX / pixels; row < rows; row += FewPixels.Threads / pixels)
        {
            SharedCopy.Start(
                product.Left.Data, offset + ((firstRow + row) * product.Left.RowStride),
                (firstRow + row < product.Rows) & (pixel < product.Depth), ref gradient[(row * pixels) + pixel]);
        }
    }

    /// <summary>A thread's four taps of each patch.</summary>
    private struct Patches : ISource<Float4>
    {
        public ArrayView<float> Shared;

        public int Stride;

        public readonly Float4 Get(int index)
        {
            int place = index * Stride;
            return new() { X = Shared[place], Y = Shared[place + 1], Z = Shared[place + 2], W = Shared[place + 3] };
        }
    }

    /// <summary>Four results: a row of dy times the patches.</summary>
    private struct RowSum : ITarget<Float4>
    {
        public ArrayView<float> Gradient;

        public Float4 Sum;

        public void Put(int index, Float4 value) => Sum = Float4.AddProduct(Sum, Gradient[index], value);
    }
}
