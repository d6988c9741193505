namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>The rungs of the ladder, each building on the one before; see the course in <c>Devices/Gpu/README.md</c>.</summary>
internal enum ProductRung
{
    /// <summary>One thread a result, by the definition.</summary>
    Naive,

    /// <summary>Tiles in shared memory, one result a thread.</summary>
    Tiled,

    /// <summary>A block of results in each thread's registers.</summary>
    RegisterBlocked,

    /// <summary>The next tile is loaded while this one is multiplied.</summary>
    DoubleBuffered,

    /// <summary>128-bit reads and writes.</summary>
    Vectorised,

    /// <summary>Tensor cores in TF32 or bfloat16: a lower precision, so only on request.</summary>
    TensorCore,

    /// <summary>Tensor cores that read images with channels last: of convolutions only.</summary>
    ChannelsLast,
}

/// <summary>The tiles that rungs from register-blocked on are compiled for: <see cref="LargeTile"/> and its neighbours.</summary>
internal enum TileShape
{
    Large,
    Medium,
    Flat,
    Slim,
}

/// <summary>How a product is computed.</summary>
/// <param name="Rung">the kernel</param>
/// <param name="Tile">the tile, for rungs from register-blocked on</param>
/// <param name="Splits">parts of the depth that are computed in parallel, at least 1; ignored by naive</param>
internal readonly record struct ProductVariant(ProductRung Rung, TileShape Tile, int Splits)
{
    /// <summary>Its name in lists, charts and tuning files: <c>double-buffered/medium/4</c>.</summary>
    public override string ToString() => Rung switch
    {
        ProductRung.Naive => "naive",
        ProductRung.Tiled => $"tiled/{Splits}",
        _ => $"{RungNames.Of(Rung)}/{Tile.ToString().ToLowerInvariant()}/{Splits}",
    };

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <returns>null for anything else</returns>
    public static ProductVariant? Parse(string text)
    {
        var parts = text.Split('/');
        if (RungNames.Parse(parts[0]) is not { } rung)
        {
            return null;
        }

        var tile = TileShape.Medium;
        var splits = 1;
        var isWhole = rung switch
        {
            ProductRung.Naive => parts.Length == 1,
            ProductRung.Tiled => parts.Length == 2 && int.TryParse(parts[1], CultureInfo.InvariantCulture, out splits),
            _ =>
                parts.Length == 3 && Enum.TryParse(parts[1], ignoreCase: true, out tile)
                    && int.TryParse(parts[2], CultureInfo.InvariantCulture, out splits),
        };
        return isWhole && splits > 0 && Enum.IsDefined(tile) ? new ProductVariant(rung, tile, splits) : null;
    }
}

internal static class RungNames
{
    private static readonly string[] s_names =
        ["naive", "tiled", "register-blocked", "double-buffered", "vectorised", "tensor-core", "channels-last"];

    public static IReadOnlyList<string> All => s_names;

    public static string Of(ProductRung rung) => s_names[(int)rung];

    /// <summary>A short description of a rung.</summary>
    public static string Purpose(ProductRung rung) => rung switch
    {
        ProductRung.Naive => "one thread a result, from the definition",
        ProductRung.Tiled => "tiles in shared memory, one result a thread",
        ProductRung.RegisterBlocked => "a block of results in each thread's registers",
        ProductRung.DoubleBuffered => "fetches the next tile while it multiplies this one",
        ProductRung.Vectorised => "128-bit reads and writes",
        ProductRung.TensorCore => "tensor cores; factors rounded to TF32 or bfloat16",
        ProductRung.ChannelsLast => "tensor cores fed with images that have their channels last",
        _ => throw new ArgumentOutOfRangeException(nameof(rung), rung, message: null),
    };

    /// <returns>null where no rung has that name</returns>
    public static ProductRung? Parse(string name) => Array.IndexOf(s_names, name) is >= 0 and var index ? (ProductRung)index : null;
}
