using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

// A convolution, its data gradient and its weight gradient are closed under differentiation: each is linear in both of its
// inputs, and the gradients of one are the other two. The data gradient is the transposed convolution, too.

/// <summary>
/// y [N, K, OH, OW] = x [N, C, H, W] * w [K, C / groups, KH, KW] + bias [K]. How reflected or replicated padding is read, from x itself or
/// from a copy with borders, is the device's answer.
/// </summary>
internal sealed class Conv2dOp(ConvGeometry g, PadMode border = PadMode.Constant) : Op
{
    public override string Name => "conv2d";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => new(g.N, g.K, g.OutH, g.OutW);

    internal override OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor output) => base.Cost(inputs, output) with { Flops = g.Flops };

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        DeviceSpan? bias = inputs.Length == 3 ? inputs[2].Span : null;
        if (inputs[1].Count == 0)
        {
            ConvolutionOfNothing.Run(kernels, bias, output);
        }
        else if (border == PadMode.Constant)
        {
            kernels.Run(new Conv2dCall(inputs[0].Span, inputs[1].Span, bias, output.Span, g));
        }
        else
        {
            kernels.Run(new BorderedConv2dCall(border, inputs[0].Span, inputs[1].Span, bias, output.Span, g));
        }
    }

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) =>
        new[] { needs[1] ? inputs[0] : null, needs[0] ? inputs[1] : null };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
    [
        needs[0] ? Conv2dInputGradientOp.Run(g, border, dy, saved[1]) : null,
        needs[1] ? Run(new Conv2dWeightGradientOp(g, border), saved[0], dy) : null,
        needs[2] ? dy.Sum([0, 2, 3]) : null,
    ];
}

/// <summary>dx [N, C, H, W] from dy [N, K, OH, OW] and w [K, C / groups, KH, KW], plus bias [C].</summary>
internal sealed class Conv2dInputGradientOp(ConvGeometry g) : Op
{
    public override string Name => "conv2d_input_gradient";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => new(g.N, g.C, g.H, g.W);

    internal override OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor output) => base.Cost(inputs, output) with { Flops = g.Flops };

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        DeviceSpan? bias = inputs.Length == 3 ? inputs[2].Span : null;
        if (inputs[0].Count == 0 || inputs[1].Count == 0)
        {
            ConvolutionOfNothing.Run(kernels, bias, output);
        }
        else
        {
            kernels.Run(new Conv2dInputGradientCall(inputs[0].Span, inputs[1].Span, bias, output.Span, g));
        }
    }

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) =>
        new[] { needs[1] ? inputs[0] : null, needs[0] ? inputs[1] : null };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
    [
        needs[0] ? Run(new Conv2dOp(g), dy, saved[1]) : null,
        needs[1] ? Run(new Conv2dWeightGradientOp(g), dy, saved[0]) : null,
        needs[2] ? dy.Sum([0, 2, 3]) : null,
    ];

    /// <summary>dx of a convolution. With reflected or replicated padding: the gradient of a padded copy, folded back onto x.</summary>
    public static Tensor Run(in ConvGeometry g, PadMode border, Tensor dy, Tensor w)
    {
        if (border == PadMode.Constant)
        {
            return Run(new Conv2dInputGradientOp(g), dy, w);
        }

        // At the bottom and right at least as much as the last output reads; the rest gets no gradient.
        var bottom = Math.Max(g.PadTop, ((g.OutH - 1) * g.StrideH) + ((g.KernelH - 1) * g.DilationH) + 1 - g.H - g.PadTop);
        var right = Math.Max(g.PadLeft, ((g.OutW - 1) * g.StrideW) + ((g.KernelW - 1) * g.DilationW) + 1 - g.W - g.PadLeft);
        var pad = new PadGeometry(g.N * g.C, g.H, g.W, g.PadTop, bottom, g.PadLeft, right);
        var whole = g with { Input = (pad.OutH, pad.OutW), Window = g.Window with { Padding = 0 } };
        using var padded = Run(new Conv2dInputGradientOp(whole), dy, w);
        return Run(new PadGradientOp(border, pad, new Shape(g.N, g.C, g.H, g.W)), padded);
    }
}

/// <summary>dw [K, C / groups, KH, KW] from x [N, C, H, W] and dy [N, K, OH, OW].</summary>
internal sealed class Conv2dWeightGradientOp(ConvGeometry g, PadMode border = PadMode.Constant) : Op
{
    public override string Name => "conv2d_weight_gradient";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => new(g.K, g.C / g.Groups, g.KernelH, g.KernelW);

    internal override OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor output) => base.Cost(inputs, output) with { Flops = g.Flops };

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        if (inputs[0].Count == 0 || inputs[1].Count == 0)
        {
            kernels.Run(new FillCall(output.Span, 0));
        }
        else if (border == PadMode.Constant)
        {
            kernels.Run(new Conv2dWeightGradientCall(inputs[0].Span, inputs[1].Span, output.Span, g));
        }
        else
        {
            kernels.Run(new BorderedConv2dWeightGradientCall(border, inputs[0].Span, inputs[1].Span, output.Span, g));
        }
    }

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) =>
        new[] { needs[1] ? inputs[0] : null, needs[0] ? inputs[1] : null };

    public override Tensor?[] Gradient(Tensor dw, SavedTensors saved, GradientNeeds needs) =>
    [
        needs[0] ? Conv2dInputGradientOp.Run(g, border, saved[1], dw) : null,
        needs[1] ? Run(new Conv2dOp(g, border), saved[0], dw) : null,
    ];
}

/// <summary>Convolutions without a channel to read: the bias alone.</summary>
internal static class ConvolutionOfNothing
{
    public static void Run(IKernels kernels, DeviceSpan? bias, Tensor output)
    {
        if (bias is { } given)
        {
            kernels.Run(new ExpandCall(given, new Shape(1, output.Shape[1], 1, 1), output.Span, output.Shape));
        }
        else
        {
            kernels.Run(new FillCall(output.Span, 0));
        }
    }
}

public static partial class TensorOps
{
    /// <summary>Cross-correlation of x [N, C, H, W] with weight [K, C / groups, KH, KW], plus bias [K].</summary>
    /// <param name="x">input</param>
    /// <param name="weight">filters</param>
    /// <param name="bias">added to each channel of the result</param>
    /// <param name="stride">stride, one number or (height, width); 1 by default</param>
    /// <param name="padding">padding: one number, (height, width), or (top, bottom, left, right)</param>
    /// <param name="dilation">dilation, 1 by default</param>
    /// <param name="paddingMode">values of the padding: zeros, or copies of x's own pixels</param>
    /// <param name="groups">groups of channels, each with its own filters; as many as channels for a depthwise convolution</param>
    /// <exception cref="ShapeException">
    /// channels differ or are no multiple of the groups, the kernel does not fit, or a reflection reaches beyond the opposite border
    /// </exception>
    public static Tensor Conv2d(
        this Tensor x, Tensor weight, Tensor? bias = null, Size2d? stride = null, Margins padding = default, Size2d? dilation = null,
        PadMode paddingMode = PadMode.Constant, int groups = 1)
    {
        Given.Both(x, weight);
        var g = ConvShapes.Conv2d(
            "conv2d", x.Shape, weight.Shape, bias?.Shape, new ConvSettings(stride ?? 1, padding, dilation ?? 1, groups));
        if (padding.IsZero)
        {
            paddingMode = PadMode.Constant;
        }

        if (paddingMode != PadMode.Constant)
        {
            PadShapes.Check("conv2d", x.Shape, padding.Left, padding.Right, padding.Top, padding.Bottom, paddingMode);
            if (paddingMode == PadMode.Circular)
            {
                using var padded = x.Pad(padding, paddingMode);
                return padded.Conv2d(weight, bias, stride, padding: 0, dilation, groups: groups);
            }
        }

        var op = new Conv2dOp(g, paddingMode);
        return bias is null ? Op.Run(op, x, weight) : Op.Run(op, x, weight, bias);
    }

    /// <summary>
    /// Transposed convolution of x [N, K, H, W] with weight [K, C / groups, KH, KW], plus bias [C]; the output has
    /// (H − 1)·stride − (top + bottom padding) + dilation·(KH − 1) + outputPadding + 1 rows. Arguments are those of <see cref="Conv2d"/>.
    /// </summary>
    /// <exception cref="ShapeException">
    /// channels differ or are no multiple of the groups, or outputPadding is not below stride or dilation
    /// </exception>
    public static Tensor ConvTranspose2d(
        this Tensor x, Tensor weight, Tensor? bias = null, Size2d? stride = null, Margins padding = default, Size2d outputPadding = default,
        Size2d? dilation = null, int groups = 1)
    {
        Given.Both(x, weight);
        var settings = new ConvSettings(stride ?? 1, padding, dilation ?? 1, groups);
        var op = new Conv2dInputGradientOp(ConvShapes.ConvTranspose2d("conv_transpose2d", x.Shape, weight.Shape, bias?.Shape, settings,
            outputPadding));
        return bias is null ? Op.Run(op, x, weight) : Op.Run(op, x, weight, bias);
    }

    /// <summary>1-D cross-correlation of x [N, C, L] with weight [K, C / groups, KL], plus bias [K]; see <see cref="Conv2d"/>.</summary>
    /// <exception cref="ShapeException">as in <see cref="Conv2d"/></exception>
    public static Tensor Conv1d(
        this Tensor x, Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1)
    {
        Given.Both(x, weight);
        using var image = Lines("conv1d", x, weight);
        using var filters = Lines("conv1d", weight, x);
        _ = ConvShapes.Conv2d(
            "conv1d", image.Shape, filters.Shape, bias?.Shape, new ConvSettings((1, stride), (0, padding), (1, dilation), groups));
        using var y = image.Conv2d(filters, bias, (1, stride), (0, padding), (1, dilation), groups: groups);
        return y.Reshape(new Shape(y.Shape[0], y.Shape[1], y.Shape[3]));
    }

    /// <summary>
    /// 1-D transposed convolution of x [N, K, L] with weight [K, C / groups, KL], plus bias [C]; see <see cref="ConvTranspose2d"/>.
    /// </summary>
    /// <exception cref="ShapeException">as in <see cref="ConvTranspose2d"/></exception>
    public static Tensor ConvTranspose1d(
        this Tensor x, Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, int outputPadding = 0, int dilation = 1,
            int groups = 1)
    {
        Given.Both(x, weight);
        using var image = Lines("conv_transpose1d", x, weight);
        using var filters = Lines("conv_transpose1d", weight, x);
        _ = ConvShapes.ConvTranspose2d(
            "conv_transpose1d", image.Shape, filters.Shape, bias?.Shape, new ConvSettings((1, stride), (0, padding), (1, dilation), groups),
            (0, outputPadding));
        using var y = image.ConvTranspose2d(filters, bias, (1, stride), (0, padding), (0, outputPadding), (1, dilation), groups);
        return y.Reshape(new Shape(y.Shape[0], y.Shape[1], y.Shape[3]));
    }

    /// <summary>A tensor [a, b, length] as images of one row.</summary>
    private static Tensor Lines(string op, Tensor lines, Tensor other) => lines.Shape.Rank == 3
        ? lines.Reshape(new Shape(lines.Shape[0], lines.Shape[1], 1, lines.Shape[2]))
        : throw new ShapeException(
            $"{op}: {lines.Shape} and {other.Shape} must have 3 dimensions each: input [N, channels, length], weight of as many");
}
