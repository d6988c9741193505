using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Adds the partial sums of a product whose depth was split, always in the same order: the result does not depend on which group finished
/// first, as it would with atomic additions. A thread has the loads of several parts and results on their way at once: one after the other
/// would leave most of the memory's bandwidth unused.
/// </summary>
internal static class SplitSumKernel
{
    internal const int GroupSize = 128;

    /// <summary>Results of a thread, at most.</summary>
    internal const int PerThread = 2;

    /// <summary>Parts that are loaded at once.</summary>
    internal const int AtOnce = 4;

    /// <summary>Below so many groups, a thread takes fewer results.</summary>
    private const int ManyGroups = 512;

    /// <summary>Adds what <see cref="Product.Partial"/> holds.</summary>
    public static void Launch(KernelQueue queue, in Product product)
    {
        int results = product.Rows * product.Columns, most = (results + GroupSize - 1) / GroupSize,
            least = (most + PerThread - 1) / PerThread;
        var groups = Math.Max(least, Math.Min(most, ManyGroups));
        queue.Launch(SplitSum, new KernelConfig(new Index3D(groups, 1, product.Planes), new Index3D(GroupSize, 1, 1)), product);
    }

    /// <summary>Threads of grid X count rows and columns together and go on by as many as there are of them; Z counts planes.</summary>
    public static void SplitSum(Product product)
    {
        int plane = Grid.IdxZ, index = (Grid.IdxX * Group.DimX) + Group.IdxX, step = Grid.DimX * Group.DimX,
            part = product.Rows * product.PartialColumns.Value;
        product.EnterPlane(plane);
        ArrayView<int> rows = LocalMemory.Allocate<int>(PerThread), columns = LocalMemory.Allocate<int>(PerThread);
        ArrayView<float> sums = LocalMemory.Allocate<float>(PerThread), values = LocalMemory.Allocate<float>(PerThread * AtOnce);
        for (int i = 0; i < PerThread; i++)
        {
            int own = index + (i * step);
            rows[i] = product.PartialColumns.Quotient(own);
            columns[i] = own - (rows[i] * product.PartialColumns.Value);
            sums[i] = 0;
        }

        int from = (plane * product.Splits.Value * part) + index;
        for (int split = 0; split < product.Splits.Value; split += AtOnce)
        {
            for (int i = 0; i < PerThread; i++)
            {
                for (int next = 0; next < AtOnce; next++)
                {
                    float value = 0;
                    if ((rows[i] < product.Rows) & (columns[i] < product.Columns) & (split + next < product.Splits.Value))
                    {
                        value = product.Partial[from + (next * part) + (i * step)];
                    }

                    values[(i * AtOnce) + next] = value;
                }
            }

            // The zeros of parts that do not exist change nothing.
            for (int i = 0; i < PerThread * AtOnce; i++)
            {
                sums[i / AtOnce] += values[i];
            }

            from += AtOnce * part;
        }

        for (int i = 0; i < PerThread; i++)
        {
            if ((rows[i] < product.Rows) & (columns[i] < product.Columns))
            {
                product.Write(rows[i], product.ColumnRadix.Of(columns[i]), sums[i]);
            }
        }
    }
}
