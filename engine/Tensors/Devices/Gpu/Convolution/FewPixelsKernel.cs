using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// A convolution with few pixels (<see cref="FewPixels"/>): y [K, pixels] = w [K, taps] · patches [taps, pixels]. A group keeps its part of
/// the patches in shared memory. A warp multiplies them with four rows of the weight, each lane with its own four taps.
/// </summary>
internal static class FewPixelsKernel
{
    private const int WarpSize = 32;

    /// <summary>Rows of the weight that a warp reads, so that each number of the patches is used four times.</summary>
    private const int WarpRows = 4;

    /// <summary>Steps in which a warp reads its part of each row.</summary>
    private const int Steps = 4;

    /// <summary>Taps of a warp.</summary>
    private const int WarpDepth = Steps * WarpSize * FewPixels.Width;

    private const int Warps = FewPixels.Threads / WarpSize;

    /// <summary>Rows of a group: with few pixels there is room for more taps, and warps share rows instead of taps.</summary>
    public static int Rows(int pixels) => WarpRows * pixels;

    /// <summary>Taps of a group.</summary>
    public static int Depth(int pixels) => FewPixels.SharedLength / pixels;

    /// <summary>Grid X counts parts of the taps, Y blocks of rows.</summary>
    /// <typeparam name="TSums">for each pixel four rows</typeparam>
    /// <param name="left">the weight as vectors of four</param>
    public static void FewPixelsForward<TSums>(Product product, ArrayView<Float4> left)
        where TSums : struct, IRegisterArray<TSums, Float4>
    {
        ArrayView<float> patches = SharedMemory.Allocate<float>(FewPixels.SharedLength),
            joined = SharedMemory.Allocate<float>(FewPixels.SecondLength);
        int warp = Group.IdxX / WarpSize, lane = Group.IdxX % WarpSize;
        int rows = Rows(TSums.Count), firstRow = Grid.IdxY * rows, begin = Grid.IdxX * Depth(TSums.Count);
        int inPart = warp / TSums.Count * WarpDepth;
        WeightRows weight = WeightRows.Start(product, left, firstRow + (warp % TSums.Count * WarpRows), begin + inPart, lane);

        // Loads of two steps are in flight from here on, also while the patches are loaded.
        Four<Float4> even = weight.Load(0), odd = weight.Load(1);
        LoadPatches(product, patches, begin, TSums.Count);
        Group.Barrier();
        TSums sums = default;
        Multiply multiply = default;
        multiply.Patches = patches;
        multiply.Stride = Depth(TSums.Count);
        multiply.First = inPart + (lane * FewPixels.Width);
        for (int step = 0; step < Steps; step += 2)
        {
            multiply.Weight = even;
            sums = TSums.Map(sums, ref multiply, 0);
            even = weight.Load(step + 2);
            multiply.First += WarpSize * FewPixels.Width;
            multiply.Weight = odd;
            sums = TSums.Map(sums, ref multiply, 0);
            odd = weight.Load(step + 3);
            multiply.First += WarpSize * FewPixels.Width;
        }

        FewPixels.JoinLanes(sums, patches, joined, resultStep: WarpSize, laneStep: 1);
        Group.Barrier();
        product.Target.Origin += Grid.IdxX * product.TargetSplit;
        for (int i = Group.IdxX; i < rows * TSums.Count; i += FewPixels.Threads)
        {
            int row = i / TSums.Count, pixel = i % TSums.Count;
            float sum = 0;
            for (int part = 0; part < Warps / TSums.Count; part++)
            {
                sum += FewPixels.Joined(joined, pixel, (part * rows) + row);
            }

            if ((firstRow + row < product.Rows) & (pixel < product.Columns))
            {
                product.Write(firstRow + row, product.ColumnRadix.Of(pixel), sum);
            }
        }
    }

    /// <summary>Loads the patches of a group's taps, [pixel, tap], with zeros for taps and pixels that do not exist.</summary>
    private static void LoadPatches(in Product product, ArrayView<float> patches, int begin, int pixels)
    {
        int depth = Depth(pixels);
        for (int tap = Group.IdxX; tap < depth; tap += FewPixels.Threads)
        {
            Digits taps = product.DepthRadix.Of(begin + tap);
            bool exists = begin + tap < product.Depth;
            for (int pixel = 0; pixel < pixels; pixel++)
            {
                RightColumn column = product.Right.Column(product.ColumnRadix.Of(pixel), exists & (pixel < product.Columns));
                int offset = product.Right.Offset(column, taps);
                SharedCopy.Start(product.Right.Image, offset, offset >= 0, ref patches[(pixel * depth) + tap]);
            }
        }

        SharedCopy.Commit();
        SharedCopy.WaitForAll();
    }

    /// <summary>A lane's part of four rows of the weight. Rows beyond the last one repeat it and are not stored.</summary>
    private struct WeightRows
    {
        private ArrayView<Float4> _data;

        private int _a, _b, _c, _d;

        /// <summary>Vectors from this lane's first one to the end of a row.</summary>
        private int _count;

        public static WeightRows Start(in Product product, ArrayView<Float4> data, int row, int depth, int lane)
        {
            WeightRows rows = default;
            int first = (depth / FewPixels.Width) + lane;
            rows._data = data;
            rows._count = (product.Depth / FewPixels.Width) - first;
            rows._a = Place(product, row) + first;
            rows._b = Place(product, row + 1) + first;
            rows._c = Place(product, row + 2) + first;
            rows._d = Place(product, row + 3) + first;
            return rows;
        }

        public readonly Four<Float4> Load(int step)
        {
            Four<Float4> result = default;
            int place = step * WarpSize;
            if ((step < Steps) & (place < _count))
            {
                result.A = _data[_a + place];
                result.B = _data[_b + place];
                result.C = _data[_c + place];
                result.D = _data[_d + place];
            }

            return result;
        }

        private static int Place(in Product product, int row) =>
            (product.Left.Origin + (IntrinsicMath.Min(row, product.Rows - 1) * product.Left.RowStride)) / FewPixels.Width;
    }

    /// <summary>Multiplies four taps of four rows with those of each pixel.</summary>
    private struct Multiply : IMap<Float4>
    {
        public ArrayView<float> Patches;

        public int First, Stride;

        public Four<Float4> Weight;

        public readonly Float4 Of(int index, Float4 value)
        {
            int place = First + (index * Stride);
            Float4 taps = new() { X = Patches[place], Y = Patches[place + 1], Z = Patches[place + 2], W = Patches[place + 3] };
            return new()
            {
                X = Add(value.X, Weight.A, taps), Y = Add(value.Y, Weight.B, taps),
                Z = Add(value.Z, Weight.C, taps), W = Add(value.W, Weight.D, taps),
            };
        }

        private static float Add(float sum, Float4 a, Float4 b) => MathF.FusedMultiplyAdd(
            a.W, b.W, MathF.FusedMultiplyAdd(a.Z, b.Z, MathF.FusedMultiplyAdd(a.Y, b.Y, MathF.FusedMultiplyAdd(a.X, b.X, sum))));
    }
}
