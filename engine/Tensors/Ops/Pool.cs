using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>The mean of each window, padding included.</summary>
internal sealed class AveragePoolOp(PoolGeometry g, Shape planes) : Op
{
    public override string Name => "average_pool";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => planes.With(-2, g.OutH).With(-1, g.OutW);

    internal override OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor output) =>
        base.Cost(inputs, output) with { Flops = output.Count * g.KernelH * g.KernelW };

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new AveragePoolCall(inputs[0].Span, output.Span, g));

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [Run(new AveragePoolGradientOp(g, planes), dy)];
}

/// <summary>The transpose of <see cref="AveragePoolOp"/>.</summary>
internal sealed class AveragePoolGradientOp(PoolGeometry g, Shape planes) : Op
{
    public override string Name => "average_pool_gradient";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => planes;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new AveragePoolGradientCall(inputs[0].Span, output.Span, g));

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [Run(new AveragePoolOp(g, planes), dy)];
}

/// <summary>The maximum of each window; the first of equal maxima gets the gradient.</summary>
internal sealed class MaxPoolOp(PoolGeometry g, Shape planes) : Op
{
    public override string Name => "max_pool";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => planes.With(-2, g.OutH).With(-1, g.OutW);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new MaxPoolCall(inputs[0].Span, output.Span, g));

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => new[] { inputs[0] };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [Run(new MaxPoolGradientOp(g, planes), saved[0], dy)];
}

/// <summary>dx from (x, dy): each dy is added at its window's maximum of x. Linear in dy; piecewise constant in x.</summary>
internal sealed class MaxPoolGradientOp(PoolGeometry g, Shape planes) : Op
{
    public override string Name => "max_pool_gradient";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => planes;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new MaxPoolGradientCall(inputs[0].Span, inputs[1].Span, output.Span, g));

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => new[] { inputs[0] };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [null, needs[1] ? Run(new MaxPoolGatherOp(g, planes), saved[0], dy) : null];
}

/// <summary>y from (x, v): v at the position of each window's maximum of x. The transpose of <see cref="MaxPoolGradientOp"/>.</summary>
internal sealed class MaxPoolGatherOp(PoolGeometry g, Shape planes) : Op
{
    public override string Name => "max_pool_gather";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => planes.With(-2, g.OutH).With(-1, g.OutW);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new MaxPoolGatherCall(inputs[0].Span, inputs[1].Span, output.Span, g));

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => new[] { inputs[0] };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [null, needs[1] ? Run(new MaxPoolGradientOp(g, planes), saved[0], dy) : null];
}

public static partial class TensorOps
{
    /// <summary>Mean of each window of x [N, C, H, W]; the zeros of the padding count.</summary>
    /// <param name="x">input</param>
    /// <param name="kernel">side of the window</param>
    /// <param name="stride">stride; 0 for the window's side</param>
    /// <param name="padding">zeros on each side, at most half a window</param>
    public static Tensor AvgPool2d(this Tensor x, int kernel, int stride = 0, int padding = 0) =>
        x.AvgPool2d(new PoolWindow(kernel, stride, padding));

    /// <summary>Mean of each window of x [N, C, H, W].</summary>
    /// <param name="x">input</param>
    /// <param name="window">the windows, without dilation</param>
    /// <param name="countIncludePad">divide by the window's elements inside the padded plane; else by those inside the plane</param>
    public static Tensor AvgPool2d(this Tensor x, PoolWindow window, bool countIncludePad = true)
    {
        ArgumentNullException.ThrowIfNull(x);
        var g = window.Over("average_pool", x.Shape) with { CountsPadding = countIncludePad ? 1 : 0 };
        return (g.DilationH, g.DilationW) == (1, 1) ? Op.Run(new AveragePoolOp(g, x.Shape), x)
            : throw new ShapeException(
                $"average_pool: a mean has no dilation, but the window's is {window.Dilation.Height}x{window.Dilation.Width}");
    }

    /// <summary>
    /// Maximum of each window of x [N, C, H, W]; padding never counts. Parameters as in <see cref="AvgPool2d(Tensor, int, int, int)"/>.
    /// </summary>
    public static Tensor MaxPool2d(this Tensor x, int kernel, int stride = 0, int padding = 0) =>
        x.MaxPool2d(new PoolWindow(kernel, stride, padding));

    /// <summary>Maximum of each window of x [N, C, H, W]; padding never counts.</summary>
    public static Tensor MaxPool2d(this Tensor x, PoolWindow window)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Op.Run(new MaxPoolOp(window.Over("max_pool", x.Shape), x.Shape), x);
    }
}
