using IlgpuGan.Tensors.Devices.Gpu.Images;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<PadCall>, IKernel<PadGradientCall>
{
    public void Run(PadCall call) =>
        queue.Launch(
            PadKernels.Pad, queue.ForElements(call.Y.Length), call.X.View(), call.Y.View(), Rows(call.Mode, call.G),
            Columns(call.Mode, call.G), call.G, call.Value);

    public void Run(PadGradientCall call) =>
        queue.Launch(
            PadKernels.Gradient, queue.ForElements(call.Dx.Length), call.Dy.View(), call.Dx.View(), Rows(call.Mode, call.G),
            Columns(call.Mode, call.G), call.G);

    private static PaddedAxis Rows(PadMode mode, in PadGeometry g) => new(mode, g.H, g.Top, g.OutH);

    private static PaddedAxis Columns(PadMode mode, in PadGeometry g) => new(mode, g.W, g.Left, g.OutW);
}
