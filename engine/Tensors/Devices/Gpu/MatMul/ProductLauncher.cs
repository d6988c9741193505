using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>Launches the kernels of a product: one, or two where the depth is split.</summary>
internal sealed class ProductLauncher(KernelQueue queue, MemoryPool pool)
{
    private const int VectorWidth = 4;

    /// <summary>Computes a product with a variant that <see cref="ProductDevice.Accepts"/> allows, other than naive.</summary>
    public void Run(Product product, in ProductShape shape, ProductVariant variant, ProductPrecision precision)
    {
        var kernel = ProductKernels.Find(variant, shape, precision)!;
        product.PartialColumns = product.Columns;
        (product.Splits, product.SplitDepth) = Split(product.LongestDepth, variant.Splits, kernel.Tile.Depth);
        if (product.Splits == 1)
        {
            Launch(kernel, product);
            return;
        }

        using var partial = new Scratch(pool, (long)product.Planes * product.Splits * product.Rows * product.Columns);
        product.Partial = partial.View;
        Launch(kernel, product);
        SplitSumKernel.Launch(queue, product);
    }

    /// <summary>Cuts a depth into about <paramref name="splits"/> parts of whole tiles, none of them empty.</summary>
    internal static (int Splits, int SplitDepth) Split(int depth, int splits, int tileDepth)
    {
        var tiles = Math.Max((depth + tileDepth - 1) / tileDepth, 1);
        var tilesEach = (tiles + splits - 1) / splits;
        return ((tiles + tilesEach - 1) / tilesEach, tilesEach * tileDepth);
    }

    private void Launch(ProductKernel kernel, in Product product)
    {
        var grid = new Index3D(
            (product.Columns + kernel.Tile.Columns - 1) / kernel.Tile.Columns,
            (product.Rows + kernel.Tile.Rows - 1) / kernel.Tile.Rows,
            product.Planes * product.Splits);
        var config = new KernelConfig(grid, new Index3D(kernel.Tile.Threads, 1, 1));
        if (kernel.Kernel is Action<Product> scalar)
        {
            queue.Launch(scalar, config, product);
            return;
        }

        var vectorised = (Action<Product, ArrayView<Float4>, ArrayView<Float4>>)kernel.Kernel;
        queue.Launch(vectorised, config, product, product.Left.Data.Cast<Float4>(), VectorTarget(product));
    }

    /// <summary>Where results can be written in fours, or nothing.</summary>
    private static ArrayView<Float4> VectorTarget(in Product product)
    {
        if (product.Splits > 1)
        {
            return product.PartialColumns % VectorWidth == 0 ? product.Partial.Cast<Float4>() : ArrayView<Float4>.Empty;
        }

        return product.HasOnePhase && product.Target.HasVectorColumns(product.ColumnRadix, product.Columns)
            && product.TargetPlane % VectorWidth == 0
            ? product.Target.Data.Cast<Float4>()
            : ArrayView<Float4>.Empty;
    }
}
