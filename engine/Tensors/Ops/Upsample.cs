using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>y [N, C, H·scale, W·scale] from x [N, C, H, W].</summary>
internal sealed class UpsampleOp(UpsampleMode mode, UpsampleGeometry g, Shape planes) : Op
{
    public override string Name => $"upsample_{mode.ToString().ToLowerInvariant()}";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => planes.With(-2, g.OutH).With(-1, g.OutW);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new UpsampleCall(mode, inputs[0].Span, output.Span, g));

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [Run(new UpsampleGradientOp(mode, g, planes), dy)];
}

/// <summary>The transpose of <see cref="UpsampleOp"/>.</summary>
internal sealed class UpsampleGradientOp(UpsampleMode mode, UpsampleGeometry g, Shape planes) : Op
{
    public override string Name => $"upsample_{mode.ToString().ToLowerInvariant()}_gradient";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => planes;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new UpsampleGradientCall(mode, inputs[0].Span, output.Span, g));

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [Run(new UpsampleOp(mode, g, planes), dy)];
}

public static partial class TensorOps
{
    /// <summary>Upsamples the planes of x [N, C, H, W] by an integer factor; bilinear with half-pixel centres.</summary>
    public static Tensor Upsample(this Tensor x, int scale, UpsampleMode mode = UpsampleMode.Nearest)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (planes, h, w) = Planes.Of("upsample", x.Shape);
        ShapeException.ThrowIf(scale < 1, $"upsample: the factor {scale} must be at least 1");

        _ = (Extents.Of("upsample", (long)h * scale, x.Shape), Extents.Of("upsample", (long)w * scale, x.Shape));
        return Op.Run(new UpsampleOp(mode, new UpsampleGeometry(planes, h, w, scale), x.Shape), x);
    }
}
