using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Launches the kernels of a product: one, or two where the depth is split and the last group of a tile does not add its parts.
/// </summary>
/// <param name="counters">arrival counters; empty where groups are not counted</param>
internal sealed class ProductLauncher(
    KernelQueue queue, MemoryPool pool, ProductDevice device, ArrayView<int> counters)
{
    /// <summary>Computes a product with a variant that <see cref="ProductDevice.Accepts"/>, other than naive.</summary>
    public void Run(Product product, in ProductShape shape, ProductVariant variant, ProductPrecision precision)
    {
        var kernel = ProductKernels.Find(variant, shape, precision)!;
        CutDepth(ref product, variant.Splits, kernel.Tile.Depth);
        if (product.Splits.Value == 1)
        {
            Launch(kernel, ForKernel(product));
            return;
        }

        var tiles = kernel.Tile.Groups(product.Rows, product.Columns, product.Planes);
        var results = (long)product.Planes * product.Rows * product.Columns;
        if (LastGroup.Suits(kernel, device, tiles, results, product.Splits.Value))
        {
            using var parts = new PooledScratch(pool, PartialLength(product, kernel.Tile));
            (product.Partial, product.Arrivals) = (parts.View, counters.SubView(0, (int)tiles));
            Launch(kernel, ForKernel(product, sumsInLaunch: true));
            return;
        }

        using var partial = new PooledScratch(pool, results * product.Splits.Value);
        product.Partial = partial.View;
        Launch(kernel, ForKernel(product));
        SplitSumKernel.Launch(queue, product);
    }

    /// <summary>Splits a product's depth into about <paramref name="splits"/> parts.</summary>
    internal static void CutDepth(ref Product product, int splits, int tileDepth)
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

    /// <summary>The number of partial sums where the last group of a tile adds them, including those beyond the target's edges.</summary>
    internal static long PartialLength(in Product product, TileSize tile) =>
        tile.Groups(product.Rows, product.Columns, product.Planes) * product.Splits.Value * tile.Results;

    /// <summary>The product as a kernel's argument, with its target and <see cref="Product.HasPairs"/> set.</summary>
    /// <param name="product">a product whose depth is split, with memory for partial sums if there are several parts</param>
    /// <param name="sumsInLaunch">whether the last group of each tile adds its parts and writes to the target</param>
    internal static Product ForKernel(in Product product, bool sumsInLaunch = false)
    {
        var isInParts = product.Splits.Value > 1 && !sumsInLaunch;
        var prepared = isInParts ? product.InParts() : product;
        prepared.HasPairs = (isInParts || product.HasPairs != 0) && prepared.HasVectorTarget(2) ? 1 : 0;
        return prepared;
    }

    private void Launch(ProductKernel kernel, Product product)
    {
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
