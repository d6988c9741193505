using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// A convolution with few pixels (<see cref="FewPixels"/>): y [K, pixels] = w [K, taps] · patches [taps, pixels]. A group keeps its part
/// of the patches in shared memory. A warp multiplies them with four rows of the weight, each lane with its own four taps.
/// </summary>
internal static class FewPixelsKernel
{
    /// <summary>Steps in which a warp reads its part of each row: 4.</summary>
    public const int Steps = WarpDepth / (WarpSize * FewPixels.Width);

    /// <summary>A warp's lanes have the summands of its results.</summary>
    private const int WarpSize = FewPixels.Summands;

    /// <summary>Each has a vector of results of each pixel.</summary>
    private const int Warps = FewPixels.Vectors;

    /// <summary>Rows of the weight that a warp reads, a vector, so that each number of the patches is used four times.</summary>
    private const int WarpRows = FewPixels.Width;

    /// <summary>Taps of a warp: with p pixels, p warps have other rows of the same taps, and Warps / p sets divide the depth.</summary>
    private const int WarpDepth = FewPixels.SharedLength / Warps;

    /// <summary>Rows of a group: with few pixels there is room for more taps, and warps share rows instead of taps.</summary>
    public static int Rows(int pixels) => WarpRows * pixels;

    /// <summary>Taps of a group.</summary>
    public static int Depth(int pixels) => FewPixels.SharedLength / pixels;

    /// <summary>Grid X counts parts of the taps, Y blocks of rows.</summary>
    /// <typeparam name="TSums">for each pixel four rows</typeparam>
    /// <typeparam name="TLoads">loads in flight: a step's vectors of four rows each</typeparam>
    /// <param name="left">the weight as vectors of four</param>
    public static void FewPixelsForward<TSums, TLoads>(Product product, ArrayView<Float4> left)
        where TSums : struct, IRegisterArray<TSums, Float4>
        where TLoads : struct, IRegisterArray<TLoads, Four<Float4>>
    {
        ArrayView<float> patches = SharedMemory.Allocate<float>(FewPixels.SharedLength),
            joined = SharedMemory.Allocate<float>(FewPixels.SecondLength);
        int warp = Group.IdxX / WarpSize, lane = Group.IdxX % WarpSize;
        int rows = Rows(TSums.Count), firstRow = Grid.IdxY * rows, begin = Grid.IdxX * Depth(TSums.Count);
        int inPart = warp / TSums.Count * WarpDepth;
        Rolling<TSums> rolling = default;
        rolling.Rows = WeightRows.Start(product, left, firstRow + (warp % TSums.Count * WarpRows), begin + inPart, lane);

        // These loads stay in flight while the patches are loaded.
        TLoads loads = TLoads.Make(ref rolling, 0);
        LoadPatches(product, patches, begin, TSums.Count);
        Group.Barrier();
        rolling.Ahead = TLoads.Count;
        rolling.Patches = patches;
        rolling.Place = inPart + (lane * FewPixels.Width);
        for (int step = 0; step < Steps; step += TLoads.Count)
        {
            loads = TLoads.Map(loads, ref rolling, 0);
            rolling.Step += TLoads.Count;
            rolling.Place += TLoads.Count * WarpSize * FewPixels.Width;
        }

        FewPixels.JoinSummands(rolling.Sums, product.Columns, patches, joined, vectorStep: WarpSize, summandStep: 1);
        Group.Barrier();
        for (int i = Group.IdxX; i < rows * TSums.Count; i += FewPixels.Threads)
        {
            int row = i / TSums.Count, pixel = i % TSums.Count;
            if ((firstRow + row < product.Rows) & (pixel < product.Columns))
            {
                float sum = 0;
                for (int part = 0; part < Warps / TSums.Count; part++)
                {
                    sum += FewPixels.Joined(joined, pixel, (part * rows) + row);
                }

                if (product.Splits.Value == 1)
                {
                    product.Write(firstRow + row, product.ColumnRadix.Of(pixel), sum);
                }
                else
                {
                    product.Partial[(((Grid.IdxX * product.Rows) + firstRow + row) * product.Columns) + pixel] = sum;
                }
            }
        }

        if (ArrivalCounters.AreCounted(product.Arrivals) && ArrivalCounters.IsLast(product.Arrivals, Grid.IdxY, product.Splits.Value))
        {
            AddParts(product, firstRow, rows);
        }
    }

    /// <summary>
    /// Adds the parts of a block of rows, in the last of its groups: in the order of <see cref="SplitSumKernel"/>, and with its bits.
    /// </summary>
    private static void AddParts(in Product product, int firstRow, int rows)
    {
        int count = IntrinsicMath.Min(rows, product.Rows - firstRow) * product.Columns, part = product.Rows * product.Columns;
        for (int i = Group.IdxX; i < count; i += FewPixels.Threads)
        {
            float sum = 0;
            int from = (firstRow * product.Columns) + i;
            for (int split = 0; split < product.Splits.Value; split += 8)
            {
                // All loads come first, so that they overlap; parts beyond the last one are zeros, which change nothing.
                float a0 = Part(product, from, split), a1 = Part(product, from + part, split + 1),
                    a2 = Part(product, from + (2 * part), split + 2), a3 = Part(product, from + (3 * part), split + 3),
                    a4 = Part(product, from + (4 * part), split + 4), a5 = Part(product, from + (5 * part), split + 5),
                    a6 = Part(product, from + (6 * part), split + 6), a7 = Part(product, from + (7 * part), split + 7);
                sum = sum + a0 + a1 + a2 + a3 + a4 + a5 + a6 + a7;
                from += 8 * part;
            }

            int row = product.PartialColumns.Quotient(i);
            product.Write(firstRow + row, product.ColumnRadix.Of(i - (row * product.Columns)), sum);
        }
    }

    private static float Part(in Product product, int place, int split)
    {
        float value = 0;
        if (split < product.Splits.Value)
        {
            value = product.Partial[place];
        }

        return value;
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
        /// <summary>From this lane's first vector of the first row on.</summary>
        private ArrayView<Float4> _data;

        /// <summary>Vectors from there to the end of the row, rows after it, and the stride of rows.</summary>
        private int _count, _rowsLeft, _stride;

        public static WeightRows Start(in Product product, ArrayView<Float4> data, int row, int depth, int lane)
        {
            WeightRows rows = default;
            int vectors = product.Depth / FewPixels.Width;
            int first = (depth / FewPixels.Width) + lane, firstRow = IntrinsicMath.Min(row, product.Rows - 1);

            // A lane beyond the end of the row loads nothing.
            int place = ((product.Left.Origin + (firstRow * product.Left.RowStride)) / FewPixels.Width)
                + IntrinsicMath.Min(first, vectors - 1);
            rows._data = data.SubView(place, data.IntLength - place);
            rows._count = vectors - first;
            rows._rowsLeft = product.Rows - 1 - firstRow;
            rows._stride = product.Left.RowStride / FewPixels.Width;
            return rows;
        }

        public readonly Four<Float4> Load(int step)
        {
            Four<Float4> result = default;
            int place = step * WarpSize;
            if ((step < Steps) & (place < _count))
            {
                result.A = _data[place];
                result.B = _data[place + (IntrinsicMath.Min(1, _rowsLeft) * _stride)];
                result.C = _data[place + (IntrinsicMath.Min(2, _rowsLeft) * _stride)];
                result.D = _data[place + (IntrinsicMath.Min(3, _rowsLeft) * _stride)];
            }

            return result;
        }
    }

    /// <summary>Multiplies the vectors of a step when they have arrived, and starts loading those of a later step.</summary>
    private struct Rolling<TSums> : ISource<Four<Float4>>, IMap<Four<Float4>>
        where TSums : struct, IRegisterArray<TSums, Float4>
    {
        public WeightRows Rows;

        public ArrayView<float> Patches;

        public TSums Sums;

        /// <summary>The first step in <c>loads</c>, and the distance to the step to load after it.</summary>
        public int Step, Ahead;

        /// <summary>The lane's first tap of that step in <see cref="Patches"/>.</summary>
        public int Place;

        public readonly Four<Float4> Get(int index) => Rows.Load(Step + Ahead + index);

        public Four<Float4> Of(int index, Four<Float4> value)
        {
            Multiply<TSums> multiply = default;
            multiply.Patches = FewPixels.From(Patches, Place + (index * WarpSize * FewPixels.Width));
            multiply.Weight = value;
            Sums = TSums.Map(Sums, ref multiply, 0);
            return Get(index);
        }
    }

    /// <summary>Multiplies four taps of four rows with those of each pixel.</summary>
    private struct Multiply<TSums> : IMap<Float4>
        where TSums : struct, IRegisterArray<TSums, Float4>
    {
        /// <summary>From the lane's first tap of the first pixel on.</summary>
        public ArrayView<float> Patches;

        public Four<Float4> Weight;

        public readonly Float4 Of(int index, Float4 value)
        {
            int place = index * Depth(TSums.Count);
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
