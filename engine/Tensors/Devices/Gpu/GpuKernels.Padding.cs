using IlgpuGan.Tensors.Devices.Gpu.Images;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void Pad(PadMode mode, float value, DeviceSpan x, DeviceSpan y, in PadGeometry g) =>
        queue.Launch(PadKernels.Pad, queue.ForElements(y.Length), x.View(), y.View(), Rows(mode, g), Columns(mode, g), g, value);

    public void PadGradient(PadMode mode, DeviceSpan dy, DeviceSpan dx, in PadGeometry g) =>
        queue.Launch(PadKernels.Gradient, queue.ForElements(dx.Length), dy.View(), dx.View(), Rows(mode, g), Columns(mode, g), g);

    private static PaddedAxis Rows(PadMode mode, in PadGeometry g) => new(mode, g.H, g.Top, g.OutH);

    private static PaddedAxis Columns(PadMode mode, in PadGeometry g) => new(mode, g.W, g.Left, g.OutW);
}
