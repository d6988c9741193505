using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

using Float8 = Twice<Float4>;
using Float16 = Twice<Twice<Float4>>;
using TwoFours = Pair<One<Float4>, Float4>;
using FourFours = Pair<Pair<One<Float4>, Float4>, Float4>;
using EightFours = Pair<Pair<Pair<One<Float4>, Float4>, Float4>, Float4>;
using EightEights = Pair<Pair<Pair<One<Twice<Float4>>, Twice<Float4>>, Twice<Float4>>, Twice<Float4>>;
using FourTwos = Pair<Pair<One<Float2>, Float2>, Float2>;
using VectorisedLaunch = Action<Product, ArrayView<Float4>, ArrayView<Float4>>;

/// <summary>A product kernel, compiled for one tile and one way of reading the right factor.</summary>
/// <param name="Rung">its rung of the ladder</param>
/// <param name="Shape">its tile; null for <see cref="ProductRung.Tiled"/>, which has a fixed tile</param>
/// <param name="IsAlongDepth">whether neighbouring threads read neighbouring depths of the right factor, or neighbouring columns</param>
/// <param name="ReadsVectors">whether it reads the left factor in 128-bit accesses; tensor-core kernels exist in both forms</param>
/// <param name="Precision">precision that factors are rounded to</param>
/// <param name="Tile">the tile's sizes and the threads of a group</param>
/// <param name="Kernel">takes the product; a vectorised one also the left factor and the target as views of <see cref="Float4"/></param>
internal sealed record ProductKernel(
    ProductRung Rung, TileShape? Shape, bool IsAlongDepth, bool ReadsVectors, ProductPrecision Precision, TileSize Tile, Delegate Kernel)
{
    /// <summary>Shared memory of a group, an upper bound.</summary>
    public required int SharedBytes { get; init; }

    /// <summary>
    /// The launch bounds. A large tile would take slightly more than half of a multiprocessor's registers, so that only one group would be
    /// resident; with bounds of two groups the assembler uses fewer registers.
    /// </summary>
    public KernelSpecialization Bounds =>
        new(Tile.Threads, Shape == TileShape.Large ? 2 : null);
}

/// <summary>All product kernels.</summary>
internal static class ProductKernels
{
    private static readonly Dictionary<(ProductRung, TileShape?, bool, bool, ProductPrecision), ProductKernel> s_byKey;

    static ProductKernels()
    {
        var tiled = new TileSize(TiledKernel.Side, TiledKernel.Side, TiledKernel.Side, TiledKernel.Side * TiledKernel.Side);
        List<ProductKernel> all =
        [
            .. BothWays(
                new(
                    ProductRung.Tiled, Shape: null, IsAlongDepth: false, ReadsVectors: false, ProductPrecision.Fp32, tiled,
                    (Action<Product>)TiledKernel.TiledProduct)
                {
                    SharedBytes = 2 * TiledKernel.Side * TiledKernel.Side * sizeof(float),
                },
                (Action<Product>)TiledKernel.TiledProduct),
            .. ScalarRungs<LargeTile, Float8, Float8, Float8, Float8, EightEights>(TileShape.Large),
            .. ScalarRungs<MediumTile, Float8, Float8, Float8, Float4, EightFours>(TileShape.Medium),
            .. ScalarRungs<FlatTile, Float1, Float16, Float16, Float2, FourTwos>(TileShape.Flat),
            .. ScalarRungs<SlimTile, Float16, Float4, Float4, Float2, FourTwos>(TileShape.Slim),
            .. Vectorised<LargeTile, TwoFours, Float8, Float8, Float8, EightEights>(TileShape.Large),
            .. Vectorised<MediumTile, TwoFours, Float8, Float8, Float4, EightFours>(TileShape.Medium),
            .. Vectorised<SlimTile, FourFours, Float4, Float4, Float2, FourTwos>(TileShape.Slim),
            .. TensorCore<LargeTensorTile>(TileShape.Large),
            .. TensorCore<MediumTensorTile>(TileShape.Medium),
        ];
        All = all;
        s_byKey = all.ToDictionary(kernel => (kernel.Rung, kernel.Shape, kernel.IsAlongDepth, kernel.ReadsVectors, kernel.Precision));
    }

    public static IReadOnlyList<ProductKernel> All { get; }

    /// <summary>
    /// The kernel for a variant and a product, or null: vectorised kernels don't support flat tiles or left factors without vector rows,
    /// tensor-core kernels don't support flat and slim tiles.
    /// </summary>
    public static ProductKernel? Find(ProductVariant variant, in ProductShape shape, ProductPrecision precision) =>
        s_byKey.GetValueOrDefault((
        variant.Rung,
        variant.Rung == ProductRung.Tiled ? null : variant.Tile,
        shape.IsAlongDepth || (variant.Rung == ProductRung.TensorCore && !shape.HasSmallKernel),
        variant.Rung >= ProductRung.Vectorised && shape.HasVectorRows,
        variant.Rung >= ProductRung.TensorCore ? precision : ProductPrecision.Fp32));

    /// <summary>Bytes of a tile of each factor.</summary>
    private static int TilesOf<TTile>()
        where TTile : struct, ITile => (TileLayout<TTile>.LeftSize + TileLayout<TTile>.RightSize) * sizeof(float);

    private static int PlacesOf<TTile>()
        where TTile : struct, ITile => TTile.Columns * Unsafe.SizeOf<RightColumn>();

    /// <summary>Bytes of the depth table of two tiles.</summary>
    private static int TableOf(int depth) => 2 * depth * Unsafe.SizeOf<DepthEntry>();

    /// <param name="alongDepth">the same along the depth</param>
    /// <param name="placesBytes">shared memory for the columns' addresses, in kernels along the depth</param>
    private static IEnumerable<ProductKernel> BothWays(ProductKernel alongColumns, Delegate alongDepth, int placesBytes = 0) =>
    [
        alongColumns,
        alongColumns with { IsAlongDepth = true, SharedBytes = alongColumns.SharedBytes + placesBytes, Kernel = alongDepth },
    ];

    private static ProductKernel Fp32<TTile>(ProductRung rung, TileShape shape, int sharedBytes, Delegate kernel)
        where TTile : struct, ITile =>
        new(rung, shape, IsAlongDepth: false, rung == ProductRung.Vectorised, ProductPrecision.Fp32, TileSize.Of<TTile>(), kernel)
        {
            SharedBytes = sharedBytes,
        };

    private static IEnumerable<ProductKernel> ScalarRungs<TTile, TLeft, TAcross, TAlong, TRow, TSums>(TileShape shape)
        where TTile : struct, ITile
        where TLeft : struct, IFloatVector<TLeft>
        where TAcross : struct, IFloatVector<TAcross>
        where TAlong : struct, IFloatVector<TAlong>
        where TRow : unmanaged, IFloatVector<TRow>
        where TSums : struct, IRegisterArray<TSums, TRow> =>
    [
        .. BothWays(
            Fp32<TTile>(
                ProductRung.RegisterBlocked, shape, TilesOf<TTile>(),
                (Action<Product>)RegisterBlockedKernel.RegisterBlockedProduct<TTile, AlongColumns<TTile>, TLeft, TAcross, TRow, TSums>),
            (Action<Product>)RegisterBlockedKernel.RegisterBlockedProduct<TTile, AlongDepth<TTile>, TLeft, TAlong, TRow, TSums>,
            PlacesOf<TTile>()),
        .. BothWays(
            Fp32<TTile>(
                ProductRung.DoubleBuffered, shape, (2 * TilesOf<TTile>()) + TableOf(TTile.Depth),
                (Action<Product>)DoubleBufferedKernel.DoubleBufferedProduct<TTile, AlongColumns<TTile>, TLeft, TAcross, TRow, TSums>),
            (Action<Product>)DoubleBufferedKernel.DoubleBufferedProduct<TTile, AlongDepth<TTile>, TLeft, TAlong, TRow, TSums>,
            PlacesOf<TTile>()),
    ];

    private static IEnumerable<ProductKernel> Vectorised<TTile, TLeft, TAcross, TAlong, TRow, TSums>(TileShape shape)
        where TTile : struct, ITile
        where TLeft : struct, IRegisterArray<TLeft, Float4>
        where TAcross : struct, IFloatVector<TAcross>
        where TAlong : struct, IFloatVector<TAlong>
        where TRow : unmanaged, IFloatVector<TRow>
        where TSums : struct, IRegisterArray<TSums, TRow> => BothWays(
            Fp32<TTile>(
                ProductRung.Vectorised, shape, (2 * TilesOf<TTile>()) + TableOf(TTile.Depth),
                (VectorisedLaunch)VectorisedKernel.VectorisedProduct<TTile, AlongColumns<TTile>, TLeft, TAcross, TRow, TSums>),
            (VectorisedLaunch)VectorisedKernel.VectorisedProduct<TTile, AlongDepth<TTile>, TLeft, TAlong, TRow, TSums>,
            PlacesOf<TTile>());

    private static IEnumerable<ProductKernel> TensorCore<TTile>(TileShape shape)
        where TTile : struct, ITensorTile =>
    [
        .. TensorCore<TTile, ScalarChunk, Tf32>(shape, ProductPrecision.Tf32, readsVectors: false),
        .. TensorCore<TTile, VectorChunk, Tf32>(shape, ProductPrecision.Tf32, readsVectors: true),
        .. TensorCore<TTile, ScalarChunk, Bf16>(shape, ProductPrecision.Bf16, readsVectors: false),
        .. TensorCore<TTile, VectorChunk, Bf16>(shape, ProductPrecision.Bf16, readsVectors: true),
    ];

    private static IEnumerable<ProductKernel> TensorCore<TTile, TChunk, TPrecision>(
        TileShape shape, ProductPrecision precision, bool readsVectors)
        where TTile : struct, ITensorTile
        where TChunk : struct, ILeftChunk
        where TPrecision : struct, ITensorPrecision
    {
        var tile = new TileSize(TTile.Rows, TTile.Columns, TensorLayout.Chunks * TPrecision.ChunkDepth, TTile.Threads);
        var tiles = 2 * (TTile.Rows + TTile.Columns) * TensorLayout.Chunks * Unsafe.SizeOf<Chunk>();
        return BothWays(
            new(
                ProductRung.TensorCore, shape, IsAlongDepth: false, readsVectors, precision, tile,
                (Action<Product>)TensorCoreKernel.TensorCoreProduct<TTile, ColumnsAcross, SmallTapMask, TChunk, TPrecision>)
            {
                SharedBytes = tiles + TableOf(tile.Depth + TensorLayout.Chunks - 1),
            },
            (Action<Product>)TensorCoreKernel.TensorCoreProduct<TTile, DepthsAcross, PixelBounds, TChunk, TPrecision>);
    }
}
