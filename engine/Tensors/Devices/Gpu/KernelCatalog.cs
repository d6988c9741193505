using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;
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

using FourFours = Pair<Pair<One<Float4>, Float4>, Float4>;
using EightFours = Pair<Pair<Pair<One<Float4>, Float4>, Float4>, Float4>;
using OneEight = One<Twice<Float4>>;
using OneFour = One<Float4>;
using OneStep = One<Four<Float4>>;
using SixteenFours = Pair<Pair<Pair<Pair<One<Float4>, Float4>, Float4>, Float4>, Float4>;
using SixEights = Pair<Triple<One<Twice<Float4>>, Twice<Float4>>, Twice<Float4>>;
using ThreeEights = Triple<One<Twice<Float4>>, Twice<Float4>>;
using ThreeFours = Triple<One<Float4>, Float4>;
using TwoSteps = Pair<One<Four<Float4>>, Four<Float4>>;

/// <summary>A kernel of the engine, with its type arguments.</summary>
/// <param name="Name">family and variant, <c>product/tiled</c></param>
/// <param name="Purpose">a short description</param>
/// <param name="Method">an explicitly grouped kernel: its first parameter is not an index</param>
/// <param name="NeedsTensorCores">whether it needs CUDA on sm_80 or later; elsewhere its body is empty</param>
internal sealed record KernelEntry(string Name, string Purpose, MethodInfo Method, bool NeedsTensorCores = false)
{
    /// <summary>The launch bounds: the largest group, and how many groups a multiprocessor must be able to hold.</summary>
    /// <param name="copiesPastRegisters">whether global memory is copied to shared memory asynchronously: CUDA on sm_80 and later</param>
    public KernelSpecialization Bounds(bool copiesPastRegisters) => LaunchBounds.Of(Method, copiesPastRegisters);
}

/// <summary>Every kernel of the GPU devices, for lists and dumps. Needs no device.</summary>
internal static class KernelCatalog
{
    /// <summary>All kernels, family by family.</summary>
    public static IReadOnlyList<KernelEntry> All { get; } =
    [
        .. Products(),
        Kernel("conv2d/naive", "convolution by its definition, one thread an output", DirectConvolution.Forward),
        Kernel(
            "conv2d-input-gradient/naive", "data gradient of a convolution, and transposed convolution, by definition",
            DirectConvolution.InputGradient),
        Kernel("conv2d-weight-gradient/naive", "weight gradient of a convolution, by definition", DirectConvolution.WeightGradient),
        Kernel(
            "conv2d-input-gradient/packed-weights", "packs the weight by phases, for a data gradient on tensor cores", PackedWeights.Pack),
        .. ChannelsLast<Bf16, TransposedFragments>("bf16"),
        .. ChannelsLast<Tf32, PermutedFragments>("tf32"),
        Kernel("channels-last/sum-gradient", "adds the parts of a weight gradient, in order", GradientSumKernel.Sum),
        Kernel("channels-last/sum-parts", "adds the parts of a divided depth, in order, and the bias", PartsSumKernel.Sum),
        Kernel("matmul/naive", "matrix product by its definition", DirectMatMul.Run),
        .. FewFilters<Filters3Taps7, ThreeFours, ThreeEights>("three"),
        .. FewFilters<Filters1Taps7, OneFour, OneEight>("one"),
        Kernel(
            "conv2d/few-filters-one-of-four", "convolution with one filter of 4 x 4 taps",
            FewFiltersKernel.FewFilters<Filters1Taps4, OneFour>),
        Kernel(
            "conv2d-input-gradient/few-filters-three", "data gradient of 3 channels, 4 x 4 taps, stride 2, from patches of the gradient",
            FewFiltersStridedKernel.FewFiltersStrided<Filters3Taps4, ThreeEights>),
        Kernel(
            "conv2d-input-gradient/few-filters-six", "the same for 6 channels: a pair of pictures",
            FewFiltersStridedKernel.FewFiltersStrided<Filters6Taps4, SixEights>),
        .. FewPixels<FourFours, TwoSteps, EightFours>("four"),
        .. FewPixels<SixteenFours, OneStep, FourFours>("sixteen"),
        Kernel("winograd/input", "Winograd input transform: 6 x 6 pixels of each tile to 36 points", WinogradKernels.Input),
        Kernel("winograd/weight", "Winograd filter transform: 3 x 3 taps to 36 points", WinogradKernels.Weight),
        Kernel("winograd/output", "Winograd output transform: 36 points to 4 x 4 pixels, plus a bias", WinogradKernels.Output),
        Kernel("winograd/gradient", "Winograd transform of 4 x 4 gradient pixels, for a weight gradient", WinogradKernels.Gradient),
        Kernel("winograd/collect", "Winograd output transform of a weight gradient: 36 points to 3 x 3 taps", WinogradKernels.Collect),
        .. ForEach(typeof(IUnaryFunction), "unary", "y = f(x)", typeof(UnaryKernels), nameof(UnaryKernels.Apply)),
        .. ForEach(typeof(IUnaryFunction), "unary-gradient", "dx = dy · f′", typeof(UnaryKernels), nameof(UnaryKernels.Gradient)),
        .. ForEach(typeof(IBinaryFunction), "binary", "y = f(a, b), equal shapes", typeof(BinaryKernels), nameof(BinaryKernels.Apply)),
        .. ForEach(
            typeof(IBinaryFunction), "binary-rows", "y = f(a, b) with broadcasting, for long rows", typeof(BroadcastKernels),
            nameof(BroadcastKernels.BinaryRows)),
        .. ForEach(
            typeof(IBinaryFunction), "binary-broadcast", "y = f(a, b) with any broadcasting", typeof(BroadcastKernels),
            nameof(BroadcastKernels.Binary)),
        Kernel("memory/fill", "y = value", MemoryKernels.Fill),
        Kernel("memory/fill-from", "y = a number of the step-number table", MemoryKernels.FillFrom),
        Kernel("memory/copy", "y = x", MemoryKernels.Copy),
        Kernel("memory/copy-of-all", "copies or adds many arrays in one launch (CUDA)", MemoryKernels.CopyOfAll),
        Kernel("elementwise/chain", "many small calls in one launch, in order (CUDA)", ChainKernel.Chain),
        Kernel("memory/add-scaled", "y += scale · x", MemoryKernels.AddScaled),
        Kernel("memory/gather", "permuted and broadcast copies", BroadcastKernels.Gather),
        Kernel("memory/gather-rows", "the same for long rows", BroadcastKernels.GatherRows),
        Kernel("memory/copy-block", "copies a block of one array into another: concat and slice", BroadcastKernels.CopyBlock),
        Kernel("memory/copy-rows", "the same for long rows", BroadcastKernels.CopyRows),
        .. ForEach(
            typeof(ICompensatedReducer), "reduce-by-group", "reduction, one group an output: long contiguous runs", typeof(ReduceKernels),
            nameof(ReduceKernels.ByGroup)),
        .. ForEach(
            typeof(ICompensatedReducer), "reduce-by-thread", "reduction, one thread an output: short or strided runs",
            typeof(ReduceKernels), nameof(ReduceKernels.ByThread)),
        .. ForEach(
            typeof(ICompensatedReducer), "reduce-join", "joins the parts of long reductions, in order", typeof(ReduceKernels),
            nameof(ReduceKernels.JoinParts)),
        Kernel("softmax/log-softmax", "x − log Σ exp x over each row", SoftmaxKernels.LogSoftmax),
        Kernel("norm/moments", "mean and variance of each normalisation group in one pass", MomentKernels.Take),
        Kernel("norm/join-moments", "joins the moments of a large group's parts, in order", MomentKernels.JoinParts),
        Kernel("norm/normalize", "(x − mean) / deviation · weight + bias", NormalizeKernels.Apply),
        .. Norms<Relu, NoDropout>("relu"),
        .. Norms<Relu, WithDropout>("relu-dropout"),
        .. Norms<LeakyRelu, NoDropout>("leaky-relu"),
        Kernel("norm/track-statistics", "updates running statistics with a batch's", StatisticsKernels.Track),
        Kernel("pool/exchange", "image pool: returns earlier pictures in place of new ones", ExchangeKernel.Exchange),
        Kernel("pad/forward", "zero, reflection and replication padding", PadKernels.Pad),
        Kernel("pad/gradient", "gradient of padding, by gathering", PadKernels.Gradient),
        Kernel("pool/average", "mean of each window", PoolKernels.Average),
        Kernel("pool/average-gradient", "gradient of average pooling, by gathering", PoolKernels.AverageGradient),
        Kernel("pool/gather-maximum", "the value at each window's maximum", PoolKernels.GatherMaximum),
        Kernel("pool/maximum-gradient", "gradient of max pooling, by gathering", PoolKernels.MaximumGradient),
        Kernel("resample/taps", "weighted sums of neighbours along an axis: resizes, blurs, means", ResampleKernel.Run),
        Kernel("upsample/nearest", "nearest-neighbour upsampling", UpsampleKernels.Nearest),
        Kernel("upsample/nearest-gradient", "gradient of nearest-neighbour upsampling", UpsampleKernels.NearestGradient),
        Kernel("upsample/bilinear", "bilinear upsampling between pixel centres", UpsampleKernels.Bilinear),
        Kernel("upsample/bilinear-gradient", "gradient of bilinear upsampling, by gathering", UpsampleKernels.BilinearGradient),
        Kernel("places/copy-strided", "strided copies, negative strides included", GatherScatterKernels.CopyStrided),
        Kernel("places/gather", "gather by an array of indices", GatherScatterKernels.Gather),
        Kernel("places/scatter-add", "scatter-add by an array of indices, without atomics", GatherScatterKernels.ScatterAdd),
        Kernel("places/first", "argmax along long lines, one group a line", TopKKernels.First),
        Kernel("places/by-rank", "top k: ranks each element by counting those before it", TopKKernels.ByRank),
        Kernel("random/uniform", "Philox4x32-10 on [0, 1)", RandomKernels.Uniform),
        Kernel("random/normal", "normal deviates by Box–Muller", RandomKernels.Normal),
        Kernel("random/dropout", "dropout; the mask is the same on every device", RandomKernels.Dropout),
        Kernel("optimizer/adam-of-all", "Adam for all parameters of a network in one launch (CUDA)", OptimizerKernels.AdamOfAll),
        Kernel("optimizer/adam", "Adam, one parameter", OptimizerKernels.Adam),
        Kernel("optimizer/sgd", "SGD with momentum, one parameter", OptimizerKernels.Sgd),
        Kernel("optimizer/rmsprop", "RMSProp, one parameter", OptimizerKernels.RmsProp),
        Kernel("optimizer/lerp", "y += weight · (x − y): exponential moving average", OptimizerKernels.Lerp),
        Kernel("measuring/fused-multiply-add", "the device's arithmetic peak, for rooflines", Measuring.PeakKernels.FusedMultiplyAdd),
    ];

    private static KernelEntry Kernel(string name, string purpose, Delegate kernel) => new(name, purpose, kernel.Method);

    private static IEnumerable<KernelEntry> Norms<TActivation, TDropout>(string activation)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout =>
    [
        Kernel(
            $"norm-to/whole-{activation}", "norm, residual addition, activation and padding in one launch: small groups",
            NormToKernels.Whole<TActivation, TDropout>),
        Kernel($"norm-to/apply-{activation}", "the same after the moments of large groups", NormToKernels.Apply<TActivation, TDropout>),
        Kernel(
            $"norm-gradient/whole-{activation}", "gradients of the fused norm in one launch: small groups",
            NormGradientKernels.Whole<TActivation, TDropout>),
        Kernel(
            $"norm-gradient/sums-{activation}", "sums for the gradient of the fused norm: large groups",
            NormGradientKernels.Sums<TActivation, TDropout>),
        Kernel(
            $"norm-gradient/apply-{activation}", "gradients of input, weight and bias from those sums",
            NormGradientKernels.Apply<TActivation, TDropout>),
    ];

    private static IEnumerable<KernelEntry> ChannelsLast<TPrecision, TFragments>(string precision)
        where TPrecision : struct, ITensorPrecision
        where TFragments : struct, IGradientFragments<TFragments> =>
    [
        Kernel(
            $"channels-last/turns-{precision}", "convolutions and data gradients of images with channels last, on tensor cores",
            TurnsKernel.Turns<TPrecision>) with { NeedsTensorCores = true },
        Kernel(
            $"channels-last/gradient-{precision}", "weight gradients of images with channels last, on tensor cores",
            GradientKernel.Gradient<TPrecision, TFragments>) with { NeedsTensorCores = true },
        Kernel(
            $"channels-last/image-{precision}", "images to channels last, rounded, with a border",
            ImageFormKernel.ToChannelsLast<TPrecision>) with { NeedsTensorCores = true },
        Kernel(
            $"channels-last/filters-{precision}", "a convolution's weight to blocks of filters, rounded",
            FilterFormKernel.ToFilterBlocks<TPrecision>) with { NeedsTensorCores = true },
        Kernel(
            $"channels-last/filters-of-all-{precision}", "the same of many weights in one launch",
            FilterFormKernel.ToFilterBlocksOfAll<TPrecision>) with { NeedsTensorCores = true },
    ];

    private static IEnumerable<KernelEntry> FewFilters<TShape, TPixels, TTaps>(string filters)
        where TShape : struct, IFewFilters
        where TPixels : struct, IRegisterArray<TPixels, Float4>
        where TTaps : struct, IRegisterArray<TTaps, Twice<Float4>> =>
    [
        Kernel(
            $"conv2d/few-filters-{filters}", "convolution with few filters, from patches of the image",
            FewFiltersKernel.FewFilters<TShape, TPixels>),
        Kernel(
            $"conv2d-weight-gradient/few-filters-{filters}", "weight gradient with few filters; partial sums of bands",
            FewFiltersGradientKernel.FewFiltersWeightGradient<TShape, TTaps>),
    ];

    private static IEnumerable<KernelEntry> FewPixels<TPixels, TSteps, TLoads>(string pixels)
        where TPixels : struct, IRegisterArray<TPixels, Float4>
        where TSteps : struct, IRegisterArray<TSteps, Four<Float4>>
        where TLoads : struct, IRegisterArray<TLoads, Float4> =>
    [
        Kernel(
            $"conv2d/few-pixels-{pixels}", "convolution with few pixels: each weight is read once",
            FewPixelsKernel.FewPixelsForward<TPixels, TSteps>),
        Kernel(
            $"conv2d-input-gradient/few-pixels-{pixels}", "data gradient with few pixels: the weight is read once, as it lies in memory",
            FewPixelsInputGradientKernel.FewPixelsInputGradient<TPixels, TLoads>),
        Kernel(
            $"conv2d-weight-gradient/few-pixels-{pixels}", "weight gradient with few pixels: written once",
            FewPixelsWeightGradientKernel.FewPixelsWeightGradient<TPixels>),
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
                    name, RungNames.Purpose(kernel.Rung), kernel.Kernel.Method, kernel.Rung >= ProductRung.TensorCore);
            }
        }

        yield return Kernel("product/split-sum", "adds the parts of a split depth, in order", SplitSumKernel.SplitSum);
    }

    /// <summary>A generic kernel, instantiated for each struct that implements an interface.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A trimmed program lists only the kernels it uses.")]
    [UnconditionalSuppressMessage("Trimming", "IL2060", Justification = "Kernels use no reflection on their type arguments.")]
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Launchers reference the kernel methods directly.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = AcceleratorSearch.NoDynamicCode)]
    private static IEnumerable<KernelEntry> ForEach(Type function, string family, string purpose, Type owner, string method) =>
        function.Assembly.GetTypes()
            .Where(type => type is { IsValueType: true, IsGenericTypeDefinition: false } && type.IsAssignableTo(function))
            .OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => new KernelEntry(
                $"{family}/{System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(type.Name)}", purpose,
                owner.GetMethod(method)!.MakeGenericMethod(type)));
}
