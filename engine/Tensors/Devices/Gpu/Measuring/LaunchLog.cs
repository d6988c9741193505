using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;
using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>Creates launchers that record their arguments instead of launching.</summary>
/// <param name="multiprocessors">multiprocessors of the modelled card</param>
internal sealed class LaunchLog(int multiprocessors) : IKernelLoader
{
    private static readonly Dictionary<MethodInfo, string> s_names =
        KernelCatalog.All.ToDictionary(kernel => kernel.Method, kernel => kernel.Name);

    private static readonly Dictionary<MethodInfo, ProductKernel> s_products =
        ProductKernels.All.DistinctBy(kernel => kernel.Kernel.Method).ToDictionary(kernel => kernel.Kernel.Method);

    /// <summary>Positions of a launcher's parameters: the stream, the configuration, then the kernel's arguments.</summary>
    private const int Configuration = 1, FirstArgument = 2;

    public List<ModelledLaunch> Launches { get; } = [];

    [UnconditionalSuppressMessage("Trimming", "IL2090", Justification = "A delegate's Invoke is never trimmed.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = AcceleratorSearch.NoDynamicCode)]
    public TLauncher Load<TLauncher>(MethodInfo kernel)
        where TLauncher : Delegate
    {
        var parameters =
            typeof(TLauncher).GetMethod("Invoke")!.GetParameters().Select(p => Expression.Parameter(p.ParameterType)).ToArray();
        var arguments =
            Expression.NewArrayInit(typeof(object), parameters.Skip(FirstArgument).Select(p => Expression.Convert(p, typeof(object))));
        var note = Expression.Call(
            Expression.Constant(this), ((Action<MethodInfo, KernelConfig, object[]>)Note).Method, Expression.Constant(kernel),
            parameters[Configuration], arguments);
        return Expression.Lambda<TLauncher>(note, parameters).Compile();
    }

    private void Note(MethodInfo kernel, KernelConfig config, object[] arguments)
    {
        var name = s_names[kernel];
        var cost = LaunchCost.Of(kernel, config, arguments);
        var (grid, group) = (config.GridDim, config.GroupDim);

        var (groups, reach, cycles) = s_products.TryGetValue(kernel, out var product)
            ? OfProduct(product, (Product)arguments[0], grid)
            : (grid.LongSize(), FewFiltersReach.Of(kernel) ?? 1, OfChain(kernel, arguments));
        var precision = product?.Precision ?? ProductPrecision.Fp32;
        if (arguments[0] is TurnsPass or GradientPass)
        {
            var type = LaunchCost.TypeOf(kernel);
            var ofGroup = arguments[0] is TurnsPass turns ? turns.FlopsOfGroup(type.Block) : ((GradientPass)arguments[0]).FlopsOfGroup;
            precision = type == FactorType.Tf32 ? ProductPrecision.Tf32 : ProductPrecision.Bf16;
            reach = TurnsTile.Reach * cost.Flops / (groups * ofGroup);
        }

        Launches.Add(new ModelledLaunch(name, groups, (int)group.LongSize(), cost, precision, reach, cycles));
    }

    /// <summary>Latency of a chain: each link loads its row and its inputs after the link before it.</summary>
    private static double OfChain(MethodInfo kernel, object[] arguments) => kernel.Name == nameof(ChainKernel.Chain)
        ? ProductTime.MemoryLatency * (1 + (ChainKernel.LoadsPerLink * arguments.OfType<int>().Single()))
        : 0;

    private (long Groups, double Reach, double Cycles) OfProduct(ProductKernel kernel, in Product product, Index3D grid)
    {
        // The groups of row sums are not counted here; their cycles are.
        var launched = product.Sums.Rows > 0 ? (long)grid.X * grid.Y * product.Sums.FirstSlice : grid.LongSize();
        var reach = ProductReach.Of(kernel.Rung, kernel.Shape, kernel.Precision) * LaunchCost.UsefulShare(product, kernel.Tile);
        var (groups, tiles) = LaunchCost.Work(product, kernel.Tile);
        var adding = product.IsAddedByLastGroup ? ProductTime.LastGroupCycles(kernel.Tile, product.Splits.Value) : 0;
        var time = ProductTime.Of(kernel);
        var cycles = time.Cycles(groups, tiles, multiprocessors) + time.RowSumCycles(product.Sums, kernel.Tile.Threads, multiprocessors);
        return (launched, reach, cycles + adding);
    }
}

file static class Extents
{
    public static long LongSize(this Index3D extent) => (long)extent.X * extent.Y * extent.Z;
}
