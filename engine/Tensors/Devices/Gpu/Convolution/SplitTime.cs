using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// The estimated cycles of a product with large or medium tiles and a split depth, for comparing choices on a GPU. Multiprocessors run
/// waves of as many groups as they hold, so one group too many costs a whole wave; and partial sums must be written, read and added.
/// </summary>
internal static class SplitTime
{
    /// <summary>The least depth tiles of a part: with fewer, prologues and partial sums cost more than splitting gains.</summary>
    public const int MinTilesPerSplit = 4;

    /// <summary>Bounds the search: what partial sums cost is in the estimate.</summary>
    private const int MaxSplits = 128;

    /// <summary>The choice with the fewest cycles in float32; smaller tiles and fewer parts at a tie.</summary>
    public static (TileShape Tile, int Splits) Fastest(in ProductShape shape, ProductDevice device)
    {
        var (tile, splits, _) = Best(shape, device, ProductPrecision.Fp32, Rung(shape));
        return (tile, splits);
    }

    /// <summary>The same on a rung of tensor cores; null where that has no kernel for the shape.</summary>
    public static (TileShape Tile, int Splits)? Fastest(
        in ProductShape shape, ProductDevice device, ProductPrecision precision, ProductRung rung)
    {
        var (tile, splits, cycles) = Best(shape, device, precision, rung);
        return cycles < double.MaxValue ? (tile, splits) : null;
    }

    /// <summary>The cycles of the fastest choice in float32.</summary>
    public static double Least(in ProductShape shape, ProductDevice device) =>
        Best(shape, device, ProductPrecision.Fp32, Rung(shape)).Cycles;

    private static ProductRung Rung(in ProductShape shape) =>
        shape.HasVectorRows ? ProductRung.Vectorised : ProductRung.DoubleBuffered;

    private static (TileShape Tile, int Splits, double Cycles) Best(
        in ProductShape shape, ProductDevice device, ProductPrecision precision, ProductRung rung)
    {
        var best = (Tile: TileShape.Medium, Splits: 1, Cycles: double.MaxValue);
        foreach (var tile in new[] { TileShape.Medium, TileShape.Large })
        {
            if (ProductKernels.Find(new ProductVariant(rung, tile, 1), shape, precision) is not { } kernel
                || kernel.SharedBytes > device.SharedBytes)
            {
                continue;
            }

            var product = ProductTime.Of(kernel);
            var most = Math.Clamp(shape.Depth / (MinTilesPerSplit * kernel.Tile.Depth), 1, MaxSplits);
            for (var splits = 1; splits <= most; splits++)
            {
                var time = Of(shape, kernel, product, splits, device);
                if (time < best.Cycles)
                {
                    best = (tile, splits, time);
                }
            }
        }

        return best;
    }

    private static double Of(in ProductShape shape, ProductKernel kernel, ProductTime product, int splits, ProductDevice device)
    {
        var tile = kernel.Tile;
        var (parts, depth) = ProductLauncher.Split(shape.Depth, splits, tile.Depth);
        var tiles = tile.Groups(shape.Rows, shape.Columns, shape.Planes);
        var cycles = product.Cycles(tiles * parts, (double)depth / tile.Depth, device.Multiprocessors);
        if (parts > 1 && LastGroup.Suits(kernel, device, tiles, (long)shape.Rows * shape.Columns * shape.Planes, parts))
        {
            var written = (double)sizeof(float) * parts * tiles * tile.Results / (ProductTime.BytesPerCycle * device.Multiprocessors);
            return cycles + written + ProductTime.LastGroupCycles(tile, parts);
        }

        var partial = 2.0 * sizeof(float) * parts * shape.Rows * shape.Columns * shape.Planes;
        return parts == 1
            ? cycles
            : cycles + (partial / (ProductTime.BytesPerCycle * device.Multiprocessors))
                + ProductTime.LaunchCycles + ProductTime.EmptyLaunchCycles;
    }
}
