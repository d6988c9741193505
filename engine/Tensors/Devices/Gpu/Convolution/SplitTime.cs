using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// About how long a product takes with large or medium tiles and its depth in parts, in cycles: multiprocessors take one group after the
/// other, so one group too many costs a whole turn, and parts have to be written, read and added. For comparing choices on a GPU; nothing
/// else is made of it.
/// </summary>
internal static class SplitTime
{
    /// <summary>Tiles of depth below which a split costs more in prologues than it brings.</summary>
    private const int LeastTilesASplit = 4;

    private const int MostSplits = 32;

    /// <summary>
    /// A multiprocessor's share of the memory's bandwidth, in a cycle; partial sums that stay in the second-level cache move faster.
    /// </summary>
    private const double BytesACycle = 20;

    /// <summary>Of the second kernel, even within a CUDA graph.</summary>
    private const double CyclesOfALaunch = 1800;

    /// <summary>The fastest choice: smaller tiles, and fewer parts, where it is a draw.</summary>
    public static (TileShape Tile, int Splits) Fastest(in ProductShape shape, ProductDevice device, ProductPrecision precision)
    {
        var (best, least) = ((TileShape.Medium, 1), double.MaxValue);
        var rung = precision != ProductPrecision.Fp32
            ? ProductRung.TensorCore
            : shape.HasVectorRows ? ProductRung.Vectorised : ProductRung.DoubleBuffered;
        foreach (var tile in new[] { TileShape.Medium, TileShape.Large })
        {
            if (ProductKernels.Find(new ProductVariant(rung, tile, 1), shape, precision) is { } kernel
                && kernel.SharedBytes > device.SharedBytes)
            {
                continue;
            }

            var most = Math.Clamp(shape.Depth / (LeastTilesASplit * TileSize.Of(tile).Depth), 1, MostSplits);
            for (var splits = 1; splits <= most; splits++)
            {
                var time = Of(shape, rung, tile, splits, device, precision);
                if (time < least)
                {
                    (best, least) = ((tile, splits), time);
                }
            }
        }

        return best;
    }

    private static double Of(
        in ProductShape shape, ProductRung rung, TileShape tile, int splits, ProductDevice device, ProductPrecision precision)
    {
        var size = TileSize.Of(tile);
        var turns = Math.Ceiling((double)shape.Groups(tile) * splits / device.Multiprocessors);
        var depth = (shape.Depth + splits - 1) / splits;
        var product = turns * size.Rows * size.Columns * depth / (MultiplyAddsACycle(precision) * ProductReach.Of(rung, tile, precision));
        var partial = 2.0 * sizeof(float) * splits * shape.Rows * shape.Columns * shape.Planes;
        return splits == 1 ? product : product + (partial / (BytesACycle * device.Multiprocessors)) + CyclesOfALaunch;
    }

    /// <summary>Of a multiprocessor, at its peak.</summary>
    private static int MultiplyAddsACycle(ProductPrecision precision) => precision switch
    {
        ProductPrecision.Tf32 => 1024,
        ProductPrecision.Bf16 => 2048,
        _ => 128,
    };
}
