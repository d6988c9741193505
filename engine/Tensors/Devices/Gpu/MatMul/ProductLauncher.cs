using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Launches the kernels of a product: one, or two where the depth is split and the last group of a tile does not add its parts.
/// </summary>
/// <remarks>
/// Parts of a split depth are joined in one of two ways. Both add them in their order, then the bias, and have the same bits, which
/// ProductPtxTests compares with additions one by one.
/// <list type="bullet">
/// <item>The last group of each tile adds them, in the same launch (<see cref="LastGroup"/>, whose layout <see cref="Product.Partial"/>
/// has). <see cref="Product.Arrivals"/> counts for each tile, and tells the kernel to do so; the target is the product's own.</item>
/// <item>A second launch adds them (<see cref="SplitSumKernel"/>). <see cref="Product.Arrivals"/> is empty, and the first launch takes
/// <see cref="Product.Partial"/> for its target, without bias (<see cref="Product.InParts"/>); the second has the product's own.</item>
/// </list>
/// </remarks>
/// <param name="counters">arrival counters; empty where groups are not counted</param>
internal sealed class ProductLauncher(
    KernelQueue queue, MemoryPool pool, ProductDevice device, ArrayView<int> counters)
{
    /// <summary>Computes a product with a variant that <see cref="ProductDevice.Accepts"/>, other than naive.</summary>
    /// <param name="isAligned">whether all arrays start at multiples of 16 bytes</param>
    public void Run(Product product, in ProductShape shape, ProductVariant variant, ProductPrecision precision, bool isAligned)
    {
        var kernel = ProductKernels.Find(variant, shape, precision)!;
        CutDepth(ref product, variant.Splits, kernel.Tile.Depth);
        if (product.Splits.Value == 1)
        {
            Launch(kernel, product, isAligned);
            return;
        }

        var tiles = kernel.Tile.Groups(product.Rows, product.Columns, product.Planes);
        var results = (long)product.Planes * product.Rows * product.Columns;
        if (LastGroup.Suits(kernel, device, tiles, results, product.Splits.Value))
        {
            // Whole tiles, also beyond the target's edges.
            using var parts = new PooledScratch(pool, tiles * product.Splits.Value * kernel.Tile.Results);
            (product.Partial, product.Arrivals) = (parts.View, counters.SubView(0, (int)tiles));
            Launch(kernel, product, isAligned);
            return;
        }

        using var partial = new PooledScratch(pool, results * product.Splits.Value);
        product.Partial = partial.View;
        Launch(kernel, product, isAligned);
        SplitSumKernel.Launch(queue, product);
    }

    /// <summary>Splits a product's depth into about <paramref name="splits"/> parts.</summary>
    private static void CutDepth(ref Product product, int splits, int tileDepth)
    {
        var (parts, depth) = Split(product.LongestDepth, splits, tileDepth);
        product.PartialColumns = new Divisor(product.Columns);
        product.Splits = new Divisor(parts);
        product.SplitDepth = depth;
    }

    /// <summary>Splits a depth into about <paramref name="splits"/> parts of whole tiles, none of them empty.</summary>
    internal static (int Splits, int SplitDepth) Split(int depth, int splits, int tileDepth)
    {
        var tiles = Math.Max((depth + tileDepth - 1) / tileDepth, 1);
        var tilesEach = (tiles + splits - 1) / splits;
        return ((tiles + tilesEach - 1) / tilesEach, tilesEach * tileDepth);
    }

    /// <param name="product">a product whose depth is split, with memory for partial sums if there are several parts</param>
    private void Launch(ProductKernel kernel, Product product, bool isAligned)
    {
        var isInParts = product.Splits.Value > 1 && !product.IsAddedByLastGroup;
        product = isInParts ? product.InParts() : product;

        // Memory for partial sums is aligned, whatever the arrays are.
        product.HasPairs = (isInParts || isAligned) && product.HasVectorTarget(2) ? 1 : 0;
        var grid = new Index3D(
            (product.Columns + kernel.Tile.Columns - 1) / kernel.Tile.Columns,
            (product.Rows + kernel.Tile.Rows - 1) / kernel.Tile.Rows,
            product.Planes * product.Splits.Value);
        if (product.Sums.Rows > 0)
        {
            product.Sums.FirstSlice = grid.Z;
            grid = new Index3D(grid.X, grid.Y, grid.Z + ((product.Sums.Rows + (grid.X * grid.Y) - 1) / (grid.X * grid.Y)));
        }

        var config = new KernelConfig(grid, new Index3D(kernel.Tile.Threads, 1, 1));
        if (kernel.Kernel is Action<Product> scalar)
        {
            queue.Launch(scalar, config, product);
            return;
        }

        var vectorised = (Action<Product, ArrayView<Float4>, ArrayView<Float4>>)kernel.Kernel;
        var target = product.HasVectorTarget(4) ? product.Target.Data.Cast<Float4>() : ArrayView<Float4>.Empty;
        queue.Launch(vectorised, config, product, product.Left.Data.Cast<Float4>(), target);
    }
}
