using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Images;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Norm;
using IlgpuGan.Tensors.Devices.Gpu.Optimizers;
using IlgpuGan.Tensors.Devices.Gpu.Places;
using IlgpuGan.Tensors.Devices.Gpu.Random;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;
using IlgpuGan.Tensors.Devices.Gpu.Winograd;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu;

using OneEight = One<Twice<Float4>>;
using OneFour = One<Float4>;
using SixEights = Pair<Triple<One<Twice<Float4>>, Twice<Float4>>, Twice<Float4>>;
using ThreeEights = Triple<One<Twice<Float4>>, Twice<Float4>>;
using ThreeFours = Triple<One<Float4>, Float4>;

/// <summary>A kernel of the engine, closed over its type arguments.</summary>
/// <param name="Name">family and variant, <c>product/tiled</c></param>
/// <param name="Purpose">what it is for, in a few words</param>
/// <param name="Method">what the compiler is given; its first argument is no index, groups are explicit</param>
/// <param name="NeedsTensorCores">it is for CUDA of sm_80 and later, and empty elsewhere</param>
public sealed record KernelEntry(string Name, string Purpose, MethodInfo Method, bool NeedsTensorCores = false)
{
    /// <summary>What is asked for when the kernel is loaded: the largest group, and how many groups a multiprocessor is to hold.</summary>
    /// <param name="copiesPastRegisters">CUDA of sm_80 and later</param>
    public KernelSpecialization Bounds(bool copiesPastRegisters) => LaunchBounds.Of(Method, copiesPastRegisters);
}

/// <summary>Every kernel of the GPU devices, for lists and dumps: nothing here needs a device.</summary>
public static class KernelCatalog
{
    /// <summary>All kernels, family by family.</summary>
    public static IReadOnlyList<KernelEntry> All { get; } =
    [
        .. Products(),
        Kernel("conv2d/naive", "convolution as its definition reads, one thread an output", DirectConvolution.Forward),
        Kernel("conv2d-input-gradient/naive", "its data gradient, and transposed convolution", DirectConvolution.InputGradient),
        Kernel("conv2d-weight-gradient/naive", "its weight gradient", DirectConvolution.WeightGradient),
        Kernel("conv2d-input-gradient/packed-weights", "the weight as tensor cores read it for a data gradient", PackedWeights.Pack),
        Kernel("matmul/naive", "matrix product as its definition reads", DirectMatMul.Run),
        .. FewFilters<Filters3Taps7, ThreeFours, ThreeEights>("three"),
        .. FewFilters<Filters1Taps7, OneFour, OneEight>("one"),
        Kernel(
            "conv2d/few-filters-one-of-four", "convolution with one filter of 4 x 4 taps",
            FewFiltersKernel.FewFilters<Filters1Taps4, OneFour>),
        Kernel(
            "conv2d-input-gradient/few-filters-three", "data gradient of few channels, stride 2, straight from pieces of the gradient",
            FewFiltersStridedKernel.FewFiltersStrided<Filters3Taps4, ThreeEights>),
        Kernel(
            "conv2d-input-gradient/few-filters-six", "the same for a pair of pictures",
            FewFiltersStridedKernel.FewFiltersStrided<Filters6Taps4, SixEights>),
        Kernel("winograd/input", "6 x 6 pixels of each tile to 36 points", WinogradKernels.Input),
        Kernel("winograd/weight", "3 x 3 taps to the points", WinogradKernels.Weight),
        Kernel("winograd/output", "the points back to 4 x 4 pixels, with a bias", WinogradKernels.Output),
        Kernel("winograd/gradient", "4 x 4 pixels of a gradient to the points, for a weight gradient", WinogradKernels.Gradient),
        Kernel("winograd/collect", "the points back to 3 x 3 taps", WinogradKernels.Collect),
        .. ForEach(typeof(IUnaryFunction), "unary", "y = f(x)", typeof(UnaryKernels), nameof(UnaryKernels.Apply)),
        .. ForEach(typeof(IUnaryFunction), "unary-gradient", "dx = dy · f′", typeof(UnaryKernels), nameof(UnaryKernels.Gradient)),
        .. ForEach(typeof(IBinaryFunction), "binary", "y = f(a, b) of one shape", typeof(BinaryKernels), nameof(BinaryKernels.Apply)),
        .. ForEach(
            typeof(IBinaryFunction), "binary-rows", "broadcast, in long rows", typeof(BroadcastKernels),
            nameof(BroadcastKernels.BinaryRows)),
        .. ForEach(
            typeof(IBinaryFunction), "binary-broadcast", "broadcast in any way", typeof(BroadcastKernels), nameof(BroadcastKernels.Binary)),
        Kernel("memory/fill", "y = value", MemoryKernels.Fill),
        Kernel("memory/fill-from", "y = a number that changes from step to step", MemoryKernels.FillFrom),
        Kernel("memory/copy", "y = x", MemoryKernels.Copy),
        Kernel("memory/copy-of-all", "copies and sums of many arrays in one launch, on CUDA", MemoryKernels.CopyOfAll),
        Kernel("elementwise/chain", "many small calls, one after the other, in one launch, on CUDA", ChainKernel.Chain),
        Kernel("memory/add-scaled", "y += scale · x", MemoryKernels.AddScaled),
        Kernel("memory/gather", "permuted and repeated copies", BroadcastKernels.Gather),
        Kernel("memory/gather-rows", "the same, in long rows", BroadcastKernels.GatherRows),
        Kernel("memory/copy-block", "a box of one array into another: concat and slice in place", BroadcastKernels.CopyBlock),
        Kernel("memory/copy-rows", "the same, in long rows", BroadcastKernels.CopyRows),
        Kernel("memory/add-rows", "adding, in long rows", BroadcastKernels.AddRows),
        .. ForEach(
            typeof(IReducer), "reduce-by-group", "a group an output: long runs", typeof(ReduceKernels), nameof(ReduceKernels.ByGroup)),
        .. ForEach(
            typeof(IReducer), "reduce-by-thread", "a thread an output: short or scattered runs", typeof(ReduceKernels),
            nameof(ReduceKernels.ByThread)),
        .. ForEach(
            typeof(IReducer), "reduce-join", "the parts of long reductions, in order", typeof(ReduceKernels),
            nameof(ReduceKernels.JoinParts)),
        Kernel("softmax/log-softmax", "x − log Σ exp x over each row", SoftmaxKernels.LogSoftmax),
        Kernel("norm/moments", "mean and variance of each group in one read", MomentKernels.Take),
        Kernel("norm/join-moments", "the parts of large groups, in order", MomentKernels.JoinParts),
        Kernel("norm/normalize", "(x − mean) / deviation · weight + bias", NormalizeKernels.Apply),
        .. Norms<Relu, NoDropout>("relu"),
        .. Norms<Relu, Dropout>("relu-dropout"),
        .. Norms<LeakyRelu, NoDropout>("leaky-relu"),
        Kernel("norm/track-statistics", "running statistics moved towards a batch's", StatisticsKernels.Track),
        Kernel("pool/exchange", "earlier pictures in place of new ones", ExchangeKernel.Exchange),
        Kernel("pad/forward", "zero, reflected and replicated borders", PadKernels.Pad),
        Kernel("pad/gradient", "its gradient, gathered", PadKernels.Gradient),
        Kernel("pool/average", "mean of each window", PoolKernels.Average),
        Kernel("pool/average-gradient", "its gradient, gathered", PoolKernels.AverageGradient),
        Kernel("pool/gather-maximum", "the value at each window's maximum", PoolKernels.GatherMaximum),
        Kernel("pool/maximum-gradient", "each output's gradient to its window's maximum", PoolKernels.MaximumGradient),
        Kernel("resample/taps", "weighted sums of neighbours along an axis: resizes, blurs, means", ResampleKernel.Run),
        Kernel("upsample/nearest", "each pixel repeated", UpsampleKernels.Nearest),
        Kernel("upsample/nearest-gradient", "its gradient", UpsampleKernels.NearestGradient),
        Kernel("upsample/bilinear", "between pixel centres", UpsampleKernels.Bilinear),
        Kernel("upsample/bilinear-gradient", "its gradient, gathered", UpsampleKernels.BilinearGradient),
        Kernel("places/copy-strided", "every n-th element, mirrored lines", GatherScatterKernels.CopyStrided),
        Kernel("places/gather", "elements found through an array of places", GatherScatterKernels.Gather),
        Kernel("places/scatter-add", "its transpose, gathered", GatherScatterKernels.ScatterAdd),
        Kernel("places/first", "argmax of long lines, a group each", TopKKernels.First),
        Kernel("places/by-rank", "places in order, by counting what comes before", TopKKernels.ByRank),
        Kernel("random/uniform", "Philox4x32-10 on [0, 1)", RandomKernels.Uniform),
        Kernel("random/normal", "normal deviates by Box–Muller", RandomKernels.Normal),
        Kernel("random/dropout", "the mask that every device makes", RandomKernels.Dropout),
        Kernel("optimizer/adam-of-all", "all parameters of a network in one launch, on CUDA", OptimizerKernels.AdamOfAll),
        Kernel("optimizer/adam", "one parameter", OptimizerKernels.Adam),
        Kernel("optimizer/sgd", "gradient descent with momentum, one parameter", OptimizerKernels.Sgd),
        Kernel("optimizer/rmsprop", "RMSProp, one parameter", OptimizerKernels.RmsProp),
        Kernel("optimizer/lerp", "y += weight · (x − y): moving averages", OptimizerKernels.Lerp),
        Kernel("measuring/fused-multiply-add", "the device's arithmetic peak, for rooflines", Measuring.PeakKernels.FusedMultiplyAdd),
    ];

    private static KernelEntry Kernel(string name, string purpose, Delegate kernel) => new(name, purpose, kernel.Method);

    private static IEnumerable<KernelEntry> Norms<TActivation, TDropout>(string activation)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout =>
    [
        Kernel(
            $"norm-to/whole-{activation}", "norm, sum, activation and padding in one launch: small groups",
            NormToKernels.Whole<TActivation, TDropout>),
        Kernel($"norm-to/apply-{activation}", "the same behind the moments of large groups", NormToKernels.Apply<TActivation, TDropout>),
        Kernel(
            $"norm-gradient/whole-{activation}", "gradients of all that in one launch: small groups",
            NormGradientKernels.Whole<TActivation, TDropout>),
        Kernel(
            $"norm-gradient/sums-{activation}", "the sums that the gradient of large groups needs",
            NormGradientKernels.Sums<TActivation, TDropout>),
        Kernel(
            $"norm-gradient/apply-{activation}", "then the gradients of input, weight and bias",
            NormGradientKernels.Apply<TActivation, TDropout>),
    ];

    private static IEnumerable<KernelEntry> FewFilters<TShape, TPixels, TTaps>(string filters)
        where TShape : struct, IFewFilters
        where TPixels : struct, IRegisterArray<TPixels, Float4>
        where TTaps : struct, IRegisterArray<TTaps, Twice<Float4>> =>
    [
        Kernel(
            $"conv2d/few-filters-{filters}", "convolution with few filters, straight from pieces of the image",
            FewFiltersKernel.FewFilters<TShape, TPixels>),
        Kernel(
            $"conv2d-weight-gradient/few-filters-{filters}", "its weight gradient, before bands are added",
            FewFiltersGradientKernel.FewFiltersWeightGradient<TShape, TTaps>),
    ];

    private static IEnumerable<KernelEntry> Products()
    {
        foreach (var kernel in ProductKernels.All)
        {
            var reading = kernel.IsAlongDepth ? "along-depth" : "along-columns";
            var vectors = kernel is { Rung: ProductRung.TensorCore, ReadsVectors: true } ? "vector-rows-" : "";
            var precision = kernel.Precision == ProductPrecision.Fp32 ? "" : $"{kernel.Precision}-";
            var name = kernel.Rung == ProductRung.Tiled
                ? "product/tiled"
                : $"product/{RungNames.Of(kernel.Rung)}-{kernel.Shape}-{precision}{vectors}{reading}".ToLowerInvariant();
            if (kernel.Rung != ProductRung.Tiled || !kernel.IsAlongDepth)
            {
                yield return new KernelEntry(
                    name, RungNames.Purpose(kernel.Rung), kernel.Kernel.Method, kernel.Rung == ProductRung.TensorCore);
            }
        }

        yield return Kernel("product/split-sum", "adds the parts of a split depth, in order", SplitSumKernel.SplitSum);
    }

    /// <summary>A generic kernel, once for each struct of its family.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "What the program doesn't use is missing from the list.")]
    [UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "Kernels ask nothing of their type arguments.")]
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The owners' methods are kernels, which their launchers name.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = AcceleratorSearch.NoDynamicCode)]
    private static IEnumerable<KernelEntry> ForEach(Type function, string family, string purpose, Type owner, string method) =>
        function.Assembly.GetTypes()
            .Where(type => type.IsValueType && type.IsAssignableTo(function))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => new KernelEntry(
                $"{family}/{System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(type.Name)}", purpose,
                owner.GetMethod(method)!.MakeGenericMethod(type)));
}
