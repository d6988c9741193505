using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>A product kernel, compiled for one tile and one way of reading the right factor.</summary>
/// <param name="Rung">where it stands on the ladder</param>
/// <param name="Shape">null for <see cref="ProductRung.Tiled"/>, which has a tile of its own</param>
/// <param name="IsAlongDepth">whether neighbouring threads read neighbouring depths of the right factor, or neighbouring columns</param>
/// <param name="Precision">what factors are rounded to</param>
/// <param name="Tile">what a group computes, and with how many threads</param>
/// <param name="Kernel">takes the product; a vectorised one also the left factor and the target in fours</param>
internal sealed record ProductKernel(
    ProductRung Rung, TileShape? Shape, bool IsAlongDepth, ProductPrecision Precision, TileSize Tile, Delegate Kernel);

/// <summary>Every product kernel there is.</summary>
internal static class ProductKernels
{
    private static readonly Dictionary<(ProductRung, TileShape?, bool, ProductPrecision), ProductKernel> ByKey;

    static ProductKernels()
    {
        var tiled = new TileSize(TiledKernel.Side, TiledKernel.Side, TiledKernel.Side, TiledKernel.Side * TiledKernel.Side);
        List<ProductKernel> all =
        [
            .. BothWays(ProductRung.Tiled, null, ProductPrecision.Fp32, tiled, (Action<Product>)TiledKernel.TiledProduct, (Action<Product>)TiledKernel.TiledProduct),
            .. ScalarRungs<LargeTile>(TileShape.Large),
            .. ScalarRungs<MediumTile>(TileShape.Medium),
            .. ScalarRungs<FlatTile>(TileShape.Flat),
            .. ScalarRungs<SlimTile>(TileShape.Slim),
            .. Vectorised<LargeTile>(TileShape.Large),
            .. Vectorised<MediumTile>(TileShape.Medium),
            .. Vectorised<SlimTile>(TileShape.Slim),
        ];
#if !USE_ILGPU_PACKAGES
        all.AddRange(TensorCore<LargeTensorTile<Tf32>, Tf32>(TileShape.Large, ProductPrecision.Tf32));
        all.AddRange(TensorCore<LargeTensorTile<Bf16>, Bf16>(TileShape.Large, ProductPrecision.Bf16));
        all.AddRange(TensorCore<MediumTensorTile<Tf32>, Tf32>(TileShape.Medium, ProductPrecision.Tf32));
        all.AddRange(TensorCore<MediumTensorTile<Bf16>, Bf16>(TileShape.Medium, ProductPrecision.Bf16));
#endif
        All = all;
        ByKey = all.ToDictionary(kernel => (kernel.Rung, kernel.Shape, kernel.IsAlongDepth, kernel.Precision));
    }

    public static IReadOnlyList<ProductKernel> All { get; }

    /// <summary>The kernel for a variant, or null: there is no vectorised one for flat tiles, no tensor-core one for flat and slim tiles.</summary>
    public static ProductKernel? Find(ProductVariant variant, bool isAlongDepth, ProductPrecision precision) => ByKey.GetValueOrDefault((
        variant.Rung,
        variant.Rung == ProductRung.Tiled ? null : variant.Tile,
        isAlongDepth,
        variant.Rung == ProductRung.TensorCore ? precision : ProductPrecision.Fp32));

    private static IEnumerable<ProductKernel> BothWays(
        ProductRung rung, TileShape? shape, ProductPrecision precision, TileSize tile, Delegate alongColumns, Delegate alongDepth) =>
    [
        new ProductKernel(rung, shape, IsAlongDepth: false, precision, tile, alongColumns),
        new ProductKernel(rung, shape, IsAlongDepth: true, precision, tile, alongDepth),
    ];

    private static IEnumerable<ProductKernel> ScalarRungs<TTile>(TileShape shape)
        where TTile : struct, ITile =>
    [
        .. BothWays(
            ProductRung.RegisterBlocked, shape, ProductPrecision.Fp32, TileSize.Of<TTile>(),
            (Action<Product>)RegisterBlockedKernel.RegisterBlockedProduct<TTile, AlongColumns<TTile>>,
            (Action<Product>)RegisterBlockedKernel.RegisterBlockedProduct<TTile, AlongDepth<TTile>>),
        .. BothWays(
            ProductRung.DoubleBuffered, shape, ProductPrecision.Fp32, TileSize.Of<TTile>(),
            (Action<Product>)DoubleBufferedKernel.DoubleBufferedProduct<TTile, AlongColumns<TTile>>,
            (Action<Product>)DoubleBufferedKernel.DoubleBufferedProduct<TTile, AlongDepth<TTile>>),
    ];

    private static IEnumerable<ProductKernel> Vectorised<TTile>(TileShape shape)
        where TTile : struct, ITile => BothWays(
            ProductRung.Vectorised, shape, ProductPrecision.Fp32, TileSize.Of<TTile>(),
            (Action<Product, ArrayView<Float4>, ArrayView<Float4>>)VectorisedKernel.VectorisedProduct<TTile, AlongColumns<TTile>>,
            (Action<Product, ArrayView<Float4>, ArrayView<Float4>>)VectorisedKernel.VectorisedProduct<TTile, AlongDepth<TTile>>);

#if !USE_ILGPU_PACKAGES
    private static IEnumerable<ProductKernel> TensorCore<TTile, TPrecision>(TileShape shape, ProductPrecision precision)
        where TTile : struct, ITile
        where TPrecision : struct, ITensorPrecision => BothWays(
            ProductRung.TensorCore, shape, precision, TileSize.Of<TTile>(),
            (Action<Product>)TensorCoreKernel.TensorCoreProduct<TTile, AlongColumns<TTile>, TPrecision>,
            (Action<Product>)TensorCoreKernel.TensorCoreProduct<TTile, AlongDepth<TTile>, TPrecision>);
#endif
}
