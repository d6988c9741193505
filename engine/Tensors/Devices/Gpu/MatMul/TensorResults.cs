using System.Runtime.InteropServices;
using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>The results of one warp: four columns of 16 x 8 fragments, four numbers of each in every lane.</summary>
internal static class TensorResults<TTile>
    where TTile : struct, ITensorTile
{
    private const int FragmentRows = 16;

    private const int FragmentColumns = 8;

    private const int ColumnFragments = 4;

    private static int RowFragments => TTile.IsLarge ? 4 : 2;

    /// <summary>Warps across a tile.</summary>
    private static int Across => TTile.Columns / (ColumnFragments * FragmentColumns);

    /// <summary>Sums of a lane.</summary>
    private static int Own => 4 * RowFragments * ColumnFragments;

    /// <summary>The distance between a lane's two rows of a fragment.</summary>
    private static int RowStep => FragmentRows / 2;

    /// <summary>This warp's first row within the tile.</summary>
    public static int FirstRow => Group.IdxX / TensorLayout.WarpSize / Across * (RowFragments * FragmentRows);

    public static int FirstColumn =>
        Group.IdxX / TensorLayout.WarpSize % Across * (ColumnFragments * FragmentColumns);

    /// <summary>
    /// sums + left · right over one half of a tile's depth, which is two chunks. The fence of a large tile is not needed for correctness:
    /// without it the assembler moves the following stores, whose loads are still in flight, before the multiplications that are to hide
    /// those loads.
    /// </summary>
    public static Four<Four<AccumulatorFragment>> MultiplyAdd<TPrecision>(
        Four<Four<AccumulatorFragment>> sums, ArrayView<Chunk> left, ArrayView<Chunk> right, int half)
        where TPrecision : struct, ITensorPrecision
    {
        const int NextRows = FragmentRows * TensorLayout.Chunks, NextColumns = 2 * FragmentColumns * TensorLayout.Chunks;
        int lane = Group.IdxX % TensorLayout.WarpSize;

        // ldmatrix takes the address of a row from each lane: of the left factor row l % 16, first or second chunk; of the right factor
        // columns 0 to 7 with both chunks, then columns 8 to 15.
        int leftPlace = TensorLayout.Place(FirstRow + (lane % 16), (2 * half) + (lane / 16));
        int rightPlace = TensorLayout.Place(FirstColumn + (lane / 16 * 8) + (lane % 8), (2 * half) + (lane / 8 % 2));
        Four<LeftFragment> a = default;
        a.A = TensorCores.LoadLeft(ref left[leftPlace]);
        a.B = TensorCores.LoadLeft(ref left[leftPlace + NextRows]);
        if (TTile.IsLarge)
        {
            a.C = TensorCores.LoadLeft(ref left[leftPlace + (2 * NextRows)]);
            a.D = TensorCores.LoadLeft(ref left[leftPlace + (3 * NextRows)]);
        }

        RightFragmentPair b = TensorCores.LoadRightPair(ref right[rightPlace]);
        sums.A = MultiplyAdd<TPrecision>(sums.A, a, b.First);
        sums.B = MultiplyAdd<TPrecision>(sums.B, a, b.Second);
        b = TensorCores.LoadRightPair(ref right[rightPlace + NextColumns]);
        sums.C = MultiplyAdd<TPrecision>(sums.C, a, b.First);
        sums.D = MultiplyAdd<TPrecision>(sums.D, a, b.Second);
        if (TTile.IsLarge)
        {
            MemoryFence.GroupLevel();
        }

        return sums;
    }

    /// <summary>One column of fragments.</summary>
    public static Four<AccumulatorFragment> MultiplyAdd<TPrecision>(
        Four<AccumulatorFragment> sums, Four<LeftFragment> a, RightFragment b)
        where TPrecision : struct, ITensorPrecision
    {
        sums.A = TPrecision.MultiplyAdd(sums.A, a.A, b);
        sums.B = TPrecision.MultiplyAdd(sums.B, a.B, b);
        if (TTile.IsLarge)
        {
            sums.C = TPrecision.MultiplyAdd(sums.C, a.C, b);
            sums.D = TPrecision.MultiplyAdd(sums.D, a.D, b);
        }

        return sums;
    }

    /// <summary>Writes the sums of a part of the depth to memory, for the tile's last group (<see cref="LastGroup"/>).</summary>
    public static void StorePart(in Product product, Four<Four<AccumulatorFragment>> sums)
    {
        ArrayView<Float4> parts = product.Partial.Cast<Float4>();
        int next = RowFragments * TTile.Threads;
        int place = LastGroup.PlaceOfPart(product, TTile.Threads, Own);
        StorePart(parts, place, sums.A);
        StorePart(parts, place + next, sums.B);
        StorePart(parts, place + (2 * next), sums.C);
        StorePart(parts, place + (3 * next), sums.D);
    }

    private static void StorePart(ArrayView<Float4> parts, int place, Four<AccumulatorFragment> sums)
    {
        parts[place] = FourOf(sums.A);
        parts[place + TTile.Threads] = FourOf(sums.B);
        if (TTile.IsLarge)
        {
            parts[place + (2 * TTile.Threads)] = FourOf(sums.C);
            parts[place + (3 * TTile.Threads)] = FourOf(sums.D);
        }
    }

    private static Float4 FourOf(AccumulatorFragment sums) => new() { X = sums.C0, Y = sums.C1, Z = sums.C2, W = sums.C3 };

    /// <summary>The sums of all parts of the tile, added in order.</summary>
    public static Four<Four<AccumulatorFragment>> SumParts(in Product product)
    {
        ArrayView<Float4> parts = product.Partial.Cast<Float4>();
        int next = RowFragments * TTile.Threads;
        int place = LastGroup.PlaceOfTile(product, TTile.Threads, Own);
        Four<Four<AccumulatorFragment>> sums = default;
        for (int part = 0; part < product.Splits.Value; part++)
        {
            sums.A = Add(sums.A, parts, place);
            sums.B = Add(sums.B, parts, place + next);
            sums.C = Add(sums.C, parts, place + (2 * next));
            sums.D = Add(sums.D, parts, place + (3 * next));
            place += ColumnFragments * next;
        }

        return sums;
    }

    private static Four<AccumulatorFragment> Add(Four<AccumulatorFragment> sums, ArrayView<Float4> parts, int place)
    {
        sums.A = Add(sums.A, parts[place]);
        sums.B = Add(sums.B, parts[place + TTile.Threads]);
        if (TTile.IsLarge)
        {
            sums.C = Add(sums.C, parts[place + (2 * TTile.Threads)]);
            sums.D = Add(sums.D, parts[place + (3 * TTile.Threads)]);
        }

        return sums;
    }

    private static AccumulatorFragment Add(AccumulatorFragment sums, Float4 four)
    {
        sums.C0 += four.X;
        sums.C1 += four.Y;
        sums.C2 += four.Z;
        sums.C3 += four.W;
        return sums;
    }

    /// <summary>Writes the sums, plus biases, to the target.</summary>
    public static void Store(in Product product, in GroupPlace place, Four<Four<AccumulatorFragment>> sums)
    {
        int lane = Group.IdxX % TensorLayout.WarpSize;
        int row = place.FirstRow + FirstRow + (lane / 4);
        int column = place.FirstColumn + FirstColumn + (lane % 4 * 2);
        Four<Float2> biases = Biases(product, row);
        Store(product, row, column, biases, sums.A);
        Store(product, row, column + FragmentColumns, biases, sums.B);
        Store(product, row, column + (2 * FragmentColumns), biases, sums.C);
        Store(product, row, column + (3 * FragmentColumns), biases, sums.D);
    }

    /// <summary>The biases of a lane's rows.</summary>
    private static Four<Float2> Biases(in Product product, int row)
    {
        Four<Float2> biases = default;
        biases.A = FragmentBiases(product, row);
        biases.B = FragmentBiases(product, row + FragmentRows);
        if (TTile.IsLarge)
        {
            biases.C = FragmentBiases(product, row + (2 * FragmentRows));
            biases.D = FragmentBiases(product, row + (3 * FragmentRows));
        }

        return biases;
    }

    /// <summary>The biases of a fragment's two rows.</summary>
    private static Float2 FragmentBiases(in Product product, int row)
    {
        Float2 biases = default;
        biases.X = product.BiasOf(row);
        biases.Y = product.BiasOf(row + RowStep);
        return biases;
    }

    /// <summary>One column of fragments.</summary>
    private static void Store(in Product product, int row, int column, Four<Float2> biases, Four<AccumulatorFragment> sums)
    {
        int first = PlaceOf(product, column), second = PlaceOf(product, column + 1);
        Store(product, row, first, second, biases.A, sums.A);
        Store(product, row + FragmentRows, first, second, biases.B, sums.B);
        if (TTile.IsLarge)
        {
            Store(product, row + (2 * FragmentRows), first, second, biases.C, sums.C);
            Store(product, row + (3 * FragmentRows), first, second, biases.D, sums.D);
        }
    }

    private static void Store(in Product product, int row, int first, int second, Float2 biases, AccumulatorFragment sums)
    {
        Store(product, row, first, second, sums.C0 + biases.X, sums.C1 + biases.X);
        Store(product, row + RowStep, first, second, sums.C2 + biases.Y, sums.C3 + biases.Y);
    }

    /// <summary>Writes two neighbours, as a vector where <see cref="Product.HasPairs"/> is set: all offsets are even then.</summary>
    private static void Store(in Product product, int row, int first, int second, float x, float y)
    {
        if (row >= product.Rows)
        {
            return;
        }

        int start = row * product.Target.RowStride;
        if (product.HasPairs != 0)
        {
            if (first >= 0)
            {
                Float2 pair = default;
                pair.X = x;
                pair.Y = y;
                ArrayView<Float2> pairs = product.Target.Data.Cast<Float2>();
                pairs.SubView(start >> 1, pairs.IntLength - (start >> 1))[first >> 1] = pair;
            }

            return;
        }

        ArrayView<float> own = product.Target.Data.SubView(start, product.Target.Data.IntLength - start);
        if (first >= 0)
        {
            own[first] = x;
        }

        if (second >= 0)
        {
            own[second] = y;
        }
    }

    /// <summary>The offset of a column in row 0 of the target, or -1 if there is no such column.</summary>
    private static int PlaceOf(in Product product, int column)
    {
        int place = product.Target.Offset(0, product.ColumnRadix.Of(column));
        return column < product.Columns ? place : -1;
    }
}
