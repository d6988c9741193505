using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;
using IlgpuGan.Tensors.Devices.Gpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
    : IKernel<Conv2dCall>, IKernel<Conv2dInputGradientCall>, IKernel<Conv2dWeightGradientCall>, IKernel<Conv2dWeightAndBiasGradientCall>,
        IKernel<BorderedConv2dCall>, IKernel<BorderedConv2dWeightGradientCall>
{
    private readonly FewFiltersLauncher[] _fewFilters =
        [.. pools.Select(pool => new FewFiltersLauncher(queue, pool, card ?? ProductDevice.Of(queue.Accelerator)))];

    private FewFiltersLauncher FewFilters => _fewFilters[queue.Lane];

    /// <summary>The environment variable that, as 0, leaves layers with few pixels to products.</summary>
    internal const string FewPixelsVariable = "ILGPUGAN_FEW_PIXELS";

    /// <summary>
    /// Whether the few-pixels kernels are used where the table chooses them; <see cref="FewPixelsVariable"/> sets the default.
    /// </summary>
    internal bool FewPixelsAllowed { get; set; } = Environment.GetEnvironmentVariable(FewPixelsVariable) != "0";

    private readonly FewPixelsLauncher?[] _fewPixels = new FewPixelsLauncher?[pools.Count];

    private FewPixelsLauncher FewPixels => _fewPixels[queue.Lane] ??= new(queue, Pool, _device, Counters);

    public void Run(Conv2dCall call)
    {
        var (x, w, bias, y, g) = call;
        if (UsesFewFilters(ConvolutionTable.UsesFewFiltersForward, g))
        {
            FewFilters.Run(x.View(), w.View(), bias.View(), y.View(), FewFiltersPass.Forward(g));
            return;
        }

        if (UsesWinograd(ConvolutionPass.Forward, g))
        {
            RunWinograd(ConvolutionPass.Forward, x, w, bias, y, g);
            return;
        }

        var product = ConvolutionProducts.Forward(x.View(), w.View(), bias.View(), y.View(), g);
        if (UsesFewPixels(ConvolutionPass.Forward, w, g))
        {
            FewPixels.Forward(product, g);
            return;
        }

        if (TryInForms(call))
        {
            return;
        }

        if (!TryGroups(product, g, isAlongDepth: false, AreAligned(x, w, y), (WeightStep(g), XStep(g), YStep(g))))
        {
            queue.Launch(DirectConvolution.Forward, queue.ForElements(y.Length), x.View(), w.View(), bias.View(), y.View(), g);
        }
    }

    public void Run(Conv2dInputGradientCall call)
    {
        var (dy, w, bias, dx, g) = call;
        if (UsesFewFilters(ConvolutionTable.UsesFewFiltersInputGradient, g))
        {
            FewFilters.Run(dy.View(), w.View(), bias.View(), dx.View(), FewFiltersPass.InputGradient(g));
            return;
        }

        if (UsesFewFilters(ConvolutionTable.UsesFewFiltersStrided, g))
        {
            FewFilters.RunStrided(dy.View(), w.View(), bias.View(), dx.View(), g);
            return;
        }

        if (UsesWinograd(ConvolutionPass.InputGradient, g))
        {
            RunWinograd(ConvolutionPass.InputGradient, dy, w, bias, dx, g);
            return;
        }

        var product = ConvolutionProducts.InputGradient(dy.View(), w.View(), bias.View(), dx.View(), g);
        if (UsesFewPixels(ConvolutionPass.InputGradient, w, g))
        {
            FewPixels.InputGradient(product, g);
            return;
        }

        if (TryInForms(call))
        {
            return;
        }

        var isPacked = ConvolutionTable.PacksWeights(g, product.Columns)
            && Products.For(ProductShape.Of(product, isAlongDepth: false, AreAligned(dy, w, dx)), Precision).Rung >= ProductRung.TensorCore;
        if (!isPacked)
        {
            InputGradient(product, dy, w, bias, dx, g);
            return;
        }

        using var packed = new PooledScratch(Pool, (long)product.Planes * new PackedWeights(product).Plane);
        PackedWeights.Apply(queue, ref product, packed.View);
        InputGradient(product, dy, w, bias, dx, g);
    }

    private void InputGradient(Product product, DeviceSpan dy, DeviceSpan w, DeviceSpan? bias, DeviceSpan dx, in ConvGeometry g)
    {
        if (!TryGroups(product, g, isAlongDepth: false, AreAligned(dy, w, dx), (WeightStep(g), YStep(g), XStep(g))))
        {
            queue.Launch(DirectConvolution.InputGradient, queue.ForElements(dx.Length), dy.View(), w.View(), bias.View(), dx.View(), g);
        }
    }

    public void Run(Conv2dWeightGradientCall call)
    {
        var (x, dy, dw, g) = call;
        if (UsesFewFilters(ConvolutionTable.UsesFewFiltersWeightGradient, g))
        {
            FewFilters.RunWeightGradient(x.View(), dy.View(), dw.View(), g);
            return;
        }

        if (UsesWinograd(ConvolutionPass.WeightGradient, g) && TryWinogradWeightGradient(x, dy, dw, default, g))
        {
            return;
        }

        var product = ConvolutionProducts.WeightGradient(x.View(), dy.View(), dw.View(), g);
        if (UsesFewPixels(ConvolutionPass.WeightGradient, dw, g))
        {
            FewPixels.WeightGradient(product, g);
            return;
        }

        if (TryInForms(call))
        {
            return;
        }

        if (!TryGroups(product, g, isAlongDepth: true, AreAligned(x, dy, dw), (YStep(g), XStep(g), WeightStep(g))))
        {
            queue.Launch(DirectConvolution.WeightGradient, queue.ForElements(dw.Length), x.View(), dy.View(), dw.View(), g);
        }
    }

    /// <summary>True where one group sums a channel, and the weight gradient is computed as a product.</summary>
    private bool SumsBiasGradients(in ConvGeometry g) =>
        _device.FusesRowSums && g.Groups == 1 && g.K <= ProductDevice.MaxGridYZ / 2 && IsByGroup(BiasSum(g))
        && InParts(BiasSum(g), byGroup: true).Parts == 1 && !UsesFewFilters(ConvolutionTable.UsesFewFiltersWeightGradient, g)
        && !UsesFewPixels(ConvolutionPass.WeightGradient, g);

    public void Run(Conv2dWeightAndBiasGradientCall call)
    {
        var (x, dy, dw, db, g, mode) = call;
        if (TryInForms(call))
        {
            return;
        }

        if (mode == PadMode.Constant && SumsBiasGradients(g))
        {
            var sums = BiasSums(new(dy, db), g);
            if (UsesWinograd(ConvolutionPass.WeightGradient, g) && TryWinogradWeightGradient(x, dy, dw, sums, g))
            {
                return;
            }

            var product = ConvolutionProducts.WeightGradient(x.View(), dy.View(), dw.View(), g);
            product.Sums = sums;
            if (TryProduct(product, isAlongDepth: true, AreAligned(x, dy, dw)))
            {
                return;
            }
        }

        call.RunParts(this);
    }

    /// <summary>The sums that go with a weight gradient where <see cref="SumsBiasGradients"/> holds; the launcher says where.</summary>
    private RowSums BiasSums(BiasGradient bias, in ConvGeometry g) => new()
    {
        Source = bias.Dy.View(),
        Target = bias.Db.View(),
        Rows = g.K,
        Count = g.N * g.OutH * g.OutW,
        Plane = new Divisor(g.OutH * g.OutW),
        Lanes = ThreadsOf(BiasSum(g)),
    };

    // Outside of recorded steps, which read x in the form that has the border.
    public void Run(BorderedConv2dCall call)
    {
        if (!TryInForms(call))
        {
            RunWithScratch(call);
        }
    }

    public void Run(BorderedConv2dWeightGradientCall call)
    {
        if (!TryInForms(call))
        {
            RunWithScratch(call);
        }
    }

    private void RunWithScratch(KernelCall call)
    {
        using var scratch = new PooledScratch(Pool, call.ScratchOfParts);
        (call with { Scratch = scratch.Span }).RunParts(this);
    }

    private static ReduceGeometry BiasSum(in ConvGeometry g) => new(new Shape(g.N, g.K, g.OutH, g.OutW), new Shape(1, g.K, 1, 1));

    /// <summary>Computes a convolution as products, one for each group, in order.</summary>
    /// <param name="product">the first group's product</param>
    /// <param name="steps">offsets from the operands and target of a group to those of the next, in elements</param>
    /// <returns>false if the table chooses the naive kernel, which the caller then launches</returns>
    private bool TryGroups(Product product, in ConvGeometry g, bool isAlongDepth, bool isAligned, (int Left, int Right, int Target) steps)
    {
        if (!Products.IsForced && ConvolutionTable.HasSmallGroups(g))
        {
            return false;
        }

        var bias = product.Target.Bias;
        for (var group = 0; group < g.Groups; group++)
        {
            (product.Left.Origin, product.Right.Origin, product.Target.Origin) =
                (group * steps.Left, group * steps.Right, group * steps.Target);
            product.Target.Bias = product.Target.HasBias != 0 ? bias.SubView(group * product.Rows, product.Rows) : bias;
            if (!TryProduct(product, isAlongDepth, isAligned))
            {
                return false;
            }
        }

        return true;
    }

    private static int XStep(in ConvGeometry g) => g.C / g.Groups * g.H * g.W;

    private static int YStep(in ConvGeometry g) => g.K / g.Groups * g.OutH * g.OutW;

    private static int WeightStep(in ConvGeometry g) => g.K / g.Groups * (g.C / g.Groups) * g.KernelH * g.KernelW;

    /// <summary>Whether the table chooses a kernel for few filters or few pixels, in float32 whatever the precision.</summary>
    private bool HasOtherKernel(ConvolutionPass pass, in ConvGeometry g) => UsesFewPixels(pass, g) || pass switch
    {
        ConvolutionPass.Forward => UsesFewFilters(ConvolutionTable.UsesFewFiltersForward, g),
        ConvolutionPass.InputGradient =>
            UsesFewFilters(ConvolutionTable.UsesFewFiltersInputGradient, g) || UsesFewFilters(ConvolutionTable.UsesFewFiltersStrided, g),
        _ => UsesFewFilters(ConvolutionTable.UsesFewFiltersWeightGradient, g),
    };

    /// <summary>Whether the table chooses a few-pixels kernel, which nothing forbids.</summary>
    /// <param name="weight">the weight, or its gradient, which is read or written 16 bytes at a time</param>
    private bool UsesFewPixels(ConvolutionPass pass, DeviceSpan weight, in ConvGeometry g) =>
        UsesFewPixels(pass, g) && weight.Offset % Alignment == 0;

    private bool UsesFewPixels(ConvolutionPass pass, in ConvGeometry g) =>
        FewPixelsAllowed && !Products.IsForced && ConvolutionTable.UsesFewPixels(g, pass, _device);

    /// <summary>Whether the table chooses a few-filters kernel, and no product variant is forced.</summary>
    private bool UsesFewFilters(Func<ConvGeometry, ProductDevice, bool> row, in ConvGeometry g) => !Products.IsForced && row(g, _device);
}
