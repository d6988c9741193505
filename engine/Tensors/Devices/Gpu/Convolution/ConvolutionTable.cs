using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// Which kernel computes which convolution, gradient or matrix product: the one place where that is decided. What was
/// measured on the device at hand (<see cref="ProductTunings"/>) goes before it, <c>ILGPUGAN_RUNG</c> before both.
/// </summary>
internal static class ConvolutionTable
{
    /// <summary>Groups for each multiprocessor that keep it busy while some of them wait for memory.</summary>
    private const int GroupsEach = 4;

    /// <summary>Tiles of depth below which a split costs more in partial sums than it brings.</summary>
    private const int LeastTilesASplit = 4;

    private const int MostSplits = 64;

    /// <summary>Read from top to bottom; the first row that fits decides the tile.</summary>
    private static readonly Row[] Tiles =
    [
        new(TileShape.Slim, "few columns: reading the weights is the work", (s, _) => s.Columns <= 24),
        new(TileShape.Flat, "few rows: a layer that makes 1 or 3 channels", (s, _) => s.Rows <= 16),
        new(TileShape.Large, "large tiles alone fill the device", (s, d) => !d.IsProcessor && s.Groups(TileShape.Large) >= 2 * d.Multiprocessors),
        new(TileShape.Medium, "everything else", (_, _) => true),
    ];

    /// <summary>Read from top to bottom; the first rung that fits, and that the product allows, is taken.</summary>
    private static readonly (ProductRung Rung, string Reason, Func<ProductDevice, bool> Fits)[] Rungs =
    [
        (ProductRung.RegisterBlocked, "a processor has one kind of memory and fetches ahead by itself", d => d.IsProcessor),
        (ProductRung.Vectorised, "the highest rung, where the left factor's rows lie at multiples of 16 bytes", _ => true),
        (ProductRung.DoubleBuffered, "where they do not", _ => true),
        (ProductRung.RegisterBlocked, "kernels of 30 taps and more in a row", _ => true),
        (ProductRung.Tiled, "groups of 128 threads are too many for the device", _ => true),
        (ProductRung.Naive, "groups of 256 threads are, too; or there is nothing to add up", _ => true),
    ];

    /// <summary>The variants that fit, best first; the last one always works.</summary>
    /// <param name="highest">take this rung or the next below it that works, whatever the table says; null for the table's choice</param>
    public static IEnumerable<ProductVariant> Candidates(ProductShape shape, ProductDevice device, ProductPrecision precision, ProductRung? highest = null)
    {
        var tile = Array.Find(Tiles, row => row.Fits(shape, device))!.Tile;
        var splits = Splits(shape, tile, device);

        if (highest is { } rungs)
        {
            for (var rung = rungs; rung >= ProductRung.Naive; rung--)
            {
                yield return new ProductVariant(rung, tile, rung == ProductRung.Naive ? 1 : splits);
            }

            yield break;
        }

        // A bandwidth-bound product gains nothing from tensor cores and keeps its digits.
        if (precision != ProductPrecision.Fp32 && tile is TileShape.Large or TileShape.Medium)
        {
            yield return OnTensorCores(shape, tile, device);
        }

        foreach (var (rung, _, fits) in Rungs)
        {
            if (fits(device))
            {
                yield return new ProductVariant(rung, tile, rung == ProductRung.Naive ? 1 : splits);
            }
        }
    }

    /// <summary>
    /// A large tile brings half as many numbers for each multiplication, and bringing them is the work: it is taken where parts of the depth
    /// give nine of ten multiprocessors one, which fills it.
    /// </summary>
    private static ProductVariant OnTensorCores(ProductShape shape, TileShape tile, ProductDevice device)
    {
        var large = TileSize.Of(TileShape.Large);
        var fits = shape.Rows >= large.Rows && shape.Columns >= large.Columns;
        var splits = Splits(shape, TileShape.Large, device, groupsEach: 1);
        return fits && 10 * splits * shape.Groups(TileShape.Large) >= 9 * device.Multiprocessors
            ? new ProductVariant(ProductRung.TensorCore, TileShape.Large, splits)
            : new ProductVariant(ProductRung.TensorCore, tile, Splits(shape, tile, device));
    }

    /// <summary>Parts of the depth: as many as it takes to give every multiprocessor something to do.</summary>
    private static int Splits(ProductShape shape, TileShape tile, ProductDevice device, int groupsEach = GroupsEach)
    {
        var wanted = (long)groupsEach * device.Multiprocessors / Math.Max(shape.Groups(tile), 1);
        var most = Math.Min(MostSplits, shape.Depth / (LeastTilesASplit * TileSize.Of(tile).Depth));
        return (int)Math.Clamp(wanted, 1, Math.Max(most, 1));
    }

    private sealed record Row(TileShape Tile, string Reason, Func<ProductShape, ProductDevice, bool> Fits);
}
