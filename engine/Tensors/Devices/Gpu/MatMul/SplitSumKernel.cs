using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Adds the partial sums of a product whose depth was split, always in the same order: the result does not depend on which group finished
/// first, as it would with atomic additions. A thread has loads of several parts and results in flight, since one at a time would leave
/// most of the memory bandwidth unused. <see cref="LastGroup"/> adds in the same order: its bits are the same (ProductPtxTests).
/// </summary>
internal static class SplitSumKernel
{
    internal const int GroupSize = 128;

    /// <summary>
    /// Results of a thread, at most. Neither this nor <see cref="LoadsInFlight"/> can be tuned alone: <see cref="SplitSum"/> is written out
    /// for both.
    /// </summary>
    internal const int PerThread = 2;

    /// <summary>Parts whose loads are in flight together.</summary>
    internal const int LoadsInFlight = 4;

    /// <summary>With fewer groups than this, a thread computes fewer results.</summary>
    private const int ManyGroups = 512;

    /// <summary>Adds the partial sums of <see cref="Product.Partial"/> and writes the target.</summary>
    public static void Launch(KernelQueue queue, in Product product)
    {
        int results = product.Rows * product.Columns, most = (results + GroupSize - 1) / GroupSize,
            least = (most + PerThread - 1) / PerThread;
        var groups = Math.Max(least, Math.Min(most, ManyGroups));
        queue.Launch(SplitSum, new KernelConfig(new Index3D(groups, 1, product.Planes), new Index3D(GroupSize, 1, 1)), product);
    }

    /// <summary>
    /// Grid X counts results, rows and columns together, and a thread's second result is a grid's width further; Z counts planes.
    /// </summary>
    public static void SplitSum(Product product)
    {
        int plane = Grid.IdxZ, index = (Grid.IdxX * Group.DimX) + Group.IdxX, step = Grid.DimX * Group.DimX,
            part = product.Rows * product.PartialColumns.Value;
        product.EnterPlane(plane);
        Result first = Result.Of(product, index), second = Result.Of(product, index + step);
        int from = (plane * product.Splits.Value * part) + index;
        for (int split = 0; split < product.Splits.Value; split += LoadsInFlight)
        {
            // All loads come first, so that they overlap; the additions depend on them and on each other.
            float a0 = Load(product, first, from, split, 0, part), a1 = Load(product, first, from, split, 1, part),
                a2 = Load(product, first, from, split, 2, part), a3 = Load(product, first, from, split, 3, part),
                b0 = Load(product, second, from + step, split, 0, part), b1 = Load(product, second, from + step, split, 1, part),
                b2 = Load(product, second, from + step, split, 2, part), b3 = Load(product, second, from + step, split, 3, part);

            // Parts beyond the last load as zeros, which change nothing.
            first.Sum = first.Sum + a0 + a1 + a2 + a3;
            second.Sum = second.Sum + b0 + b1 + b2 + b3;
            from += LoadsInFlight * part;
        }

        Write(product, first);
        Write(product, second);
    }

    private static float Load(in Product product, Result result, int from, int split, int next, int part)
    {
        float value = 0;
        if (result.Exists & (split + next < product.Splits.Value))
        {
            value = product.Partial[from + (next * part)];
        }

        return value;
    }

    private static void Write(in Product product, Result result)
    {
        if (result.Exists)
        {
            product.Write(result.Row, product.ColumnRadix.Of(result.Column), result.Sum);
        }
    }

    private struct Result
    {
        public int Row, Column;

        public bool Exists;

        public float Sum;

        public static Result Of(in Product product, int index)
        {
            Result result = default;
            result.Row = product.PartialColumns.Quotient(index);
            result.Column = index - (result.Row * product.PartialColumns.Value);
            result.Exists = (result.Row < product.Rows) & (result.Column < product.Columns);
            return result;
        }
    }
}
