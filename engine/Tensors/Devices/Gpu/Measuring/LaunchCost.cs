using System.Reflection;
using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Norm;
using IlgpuGan.Tensors.Devices.Gpu.Optimizers;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>
/// The operations and bytes of a launch, from its arguments: each array counts once, or twice where it is read and written.
/// </summary>
internal static class LaunchCost
{
    /// <summary>Array accesses of one parameter's Adam step: three read and written, one read.</summary>
    private const int AdamAccesses = 7;

    /// <summary>Array accesses of one copy that accumulates, as most do.</summary>
    private const int CopyAccesses = 3;

    /// <summary>Array accesses of a chain's link, at most.</summary>
    private const int ChainAccesses = 3;

    /// <summary>Indices of the arguments that a kernel both reads and writes.</summary>
    private static readonly Dictionary<string, int[]> s_readAndWritten = new(StringComparer.Ordinal)
    {
        [nameof(MemoryKernels.AddScaled)] = [2],
        [nameof(OptimizerKernels.Adam)] = [0, 2, 3],
        [nameof(OptimizerKernels.Sgd)] = [0, 2],
    };

    public static OpCost Of(MethodInfo kernel, in KernelConfig config, object[] arguments)
    {
        if (arguments[0] is Product product)
        {
            return kernel.Name == nameof(SplitSumKernel.SplitSum) ? OfSplitSum(product) : OfProduct(product);
        }

        if (arguments[0] is TurnsPass turns)
        {
            var moved = turns.Image.Length + turns.Filters.Length + turns.Results.Length + turns.Bias.Length + (2 * turns.Parted.Length);
            return new OpCost((long)turns.Flops(TypeOf(kernel).Block), sizeof(float) * moved);
        }

        if (arguments[0] is GradientPass gradient)
        {
            return new OpCost(
                (long)gradient.Flops, sizeof(float) * (gradient.Dy.Length + gradient.Image.Length + gradient.Parts.Length));
        }

        if (kernel.Name == nameof(OptimizerKernels.AdamOfAll))
        {
            return new OpCost(0, config.Size * OptimizerKernels.AdamPerThread * AdamAccesses * sizeof(float));
        }

        if (kernel.Name == nameof(MemoryKernels.CopyOfAll))
        {
            return new OpCost(0, config.Size * MemoryKernels.CopiesPerThread * CopyAccesses * sizeof(float));
        }

        if (kernel.Name == nameof(FilterFormKernel.ToFilterBlocksOfAll))
        {
            return new OpCost(0, config.Size * TurnsTile.ChunkBytes * (1 + (sizeof(float) / TypeOf(kernel).Size)));
        }

        if (kernel.Name == nameof(ChainKernel.Chain))
        {
            return new OpCost(0, config.Size * arguments.OfType<int>().Single() * ChainAccesses * sizeof(float));
        }

        if (kernel.DeclaringType == typeof(NormGradientKernels) && kernel.Name is nameof(NormGradientKernels.Whole))
        {
            return OfNormGradient((NormalizationArgs)arguments[0], (NormGradientSources)arguments[1], (NormGradientResults)arguments[2]);
        }

        // Blocks and rows are parts of larger arrays.
        var most = kernel.DeclaringType == typeof(BroadcastKernels) ? config.Size * Element.PerThread : long.MaxValue;
        var twice = s_readAndWritten.GetValueOrDefault(kernel.Name) ?? [];

        // JoinParts reads only the first element of each group from its first argument.
        var first = kernel.DeclaringType == typeof(MomentKernels) && kernel.Name == nameof(MomentKernels.JoinParts) ? 1 : 0;
        long elements = 0;
        for (var i = first; i < arguments.Length; i++)
        {
            elements += arguments[i] switch
            {
                ArrayView<float> view => Math.Min(view.Length, most) * (twice.Contains(i) ? 2 : 1),
                NormalizationArgs norm => norm.Length,
                NormToResults results => results.Length,
                NormGradientSources from => from.Dy.Length + from.Branch.Length + from.Kept.Length,
                NormGradientResults results => results.Length,
                RowSums sums => sums.Source.Length,
                _ => 0,
            };
        }

        var flops = arguments.OfType<ConvGeometry>().Sum(g => g.Flops) + arguments.OfType<FewFiltersPass>().Sum(pass => pass.Flops);
        return new OpCost(flops, elements * sizeof(float));
    }

    /// <summary>The element type of a convolution with channels last, by its kernel's precision.</summary>
    public static FactorType TypeOf(MethodInfo kernel) =>
        kernel.GetGenericArguments().Contains(typeof(Tf32)) ? FactorType.Tf32 : FactorType.Bfloat16;

    /// <summary>The kept array is either dx itself, counted already, or the sum with an addend.</summary>
    private static OpCost OfNormGradient(in NormalizationArgs norm, in NormGradientSources from, in NormGradientResults results) => new(
        0, (norm.Length + from.Dy.Length + from.Branch.Length + (2 * from.Addend.Length) + results.Length) * sizeof(float));

    /// <summary>The share of the tiles' multiply-adds that lies within the product's edges.</summary>
    public static double UsefulShare(in Product product, TileSize tile)
    {
        long useful = 0, all = 0;
        for (var plane = 0; plane < product.Planes; plane++)
        {
            var entered = product;
            entered.EnterPlane(plane);
            useful += (long)entered.Rows * entered.Columns * entered.Depth;
            all += RoundUp(entered.Rows, tile.Rows) * RoundUp(entered.Columns, tile.Columns) * RoundUp(entered.Depth, tile.Depth);
        }

        return all == 0 ? 1 : (double)useful / all;

        static long RoundUp(int extent, int step) => ((long)extent + step - 1) / step * step;
    }

    /// <summary>The number of a product's groups that have work, and the average number of depth tiles of a group.</summary>
    /// <param name="product">a product whose depth is split</param>
    public static (long Groups, double Tiles) Work(in Product product, TileSize tile)
    {
        long groups = 0, tiles = 0;
        var tilesAPart = Math.Max(product.SplitDepth / tile.Depth, 1);
        for (var plane = 0; plane < product.Planes; plane++)
        {
            var entered = product;
            entered.EnterPlane(plane);
            var results = tile.Groups(entered.Rows, entered.Columns, planes: 1);
            var deep = (entered.Depth + tile.Depth - 1) / tile.Depth;
            groups += results * Math.Max((deep + tilesAPart - 1) / tilesAPart, 1);
            tiles += results * deep;
        }

        return (groups, groups == 0 ? 0 : (double)tiles / groups);
    }

    private static OpCost OfProduct(in Product product)
    {
        long flops = 0;
        for (var plane = 0; plane < product.Planes; plane++)
        {
            var entered = product;
            entered.EnterPlane(plane);
            flops += 2L * entered.Rows * entered.Columns * entered.Depth;
        }

        // Partial sums that the last group of a tile adds are written and read.
        var parts = product.IsAddedByLastGroup ? 2 * product.Partial.Length : 0;
        var sums = product.Sums.Source.Length + product.Sums.Target.Length;
        return new OpCost(
            flops, (product.Left.Data.Length + product.Right.Image.Length + product.Target.Data.Length + parts + sums) * sizeof(float));
    }

    private static OpCost OfSplitSum(in Product product) => new(0, (product.Partial.Length + product.Target.Data.Length) * sizeof(float));
}
