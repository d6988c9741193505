using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Adds the partial sums of a product whose depth was split, always in the same order: the result does not depend on which group finished
/// first, as it would with atomic additions.
/// </summary>
internal static class SplitSumKernel
{
    internal const int GroupSize = 128;

    /// <summary>Adds what <see cref="Product.Partial"/> holds.</summary>
    public static void Launch(KernelQueue queue, in Product product)
    {
        int results = product.Rows * product.Columns, groups = (results + GroupSize - 1) / GroupSize;
        queue.Launch(SplitSum, new KernelConfig(new Index3D(groups, 1, product.Planes), new Index3D(GroupSize, 1, 1)), product);
    }

    /// <summary>One thread a result: X counts rows and columns together, Z planes.</summary>
    public static void SplitSum(Product product)
    {
        int plane = Grid.IdxZ, index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        product.EnterPlane(plane);
        int row = index / product.PartialColumns, column = index - (row * product.PartialColumns);
        if (row >= product.Rows || column >= product.Columns)
        {
            return;
        }

        float sum = 0;
        for (int split = 0; split < product.Splits; split++)
        {
            sum += product.Partial[product.PartialOffset((plane * product.Splits) + split, row, column)];
        }

        product.WriteResult(row, product.ColumnRadix.Of(column), sum);
    }
}
