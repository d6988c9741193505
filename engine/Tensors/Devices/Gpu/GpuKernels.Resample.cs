using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Gpu.Images;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<ResampleCall>
{
    /// <summary>
    /// The taps in use, on the device. They never change, so recorded launches may read them; a recording keeps its calls, and they their
    /// taps.
    /// </summary>
    private readonly ConditionalWeakTable<ResampleTaps, MemoryBuffer1D<float, Stride1D.Dense>> _taps = [];

    public void Run(ResampleCall call)
    {
        var (x, y, _, inner, taps) = call;
        if (!_taps.TryGetValue(taps, out var table))
        {
            _taps.Add(taps, table = queue.Accelerator.Allocate1D<float>(taps.Table.Length));
            queue.Transfers.Upload(taps.Table.Span, table.View.BaseView);
        }

        queue.Launch(
            ResampleKernel.Run, queue.ForElements(y.Length), x.View(), y.View(), table.View.BaseView, taps.Width, taps.Inputs, taps.Outputs,
            inner);
    }
}
