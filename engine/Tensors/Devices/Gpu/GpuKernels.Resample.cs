using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Gpu.Images;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<ResampleCall>
{
    /// <summary>
    /// The taps in use, on the device. They never change, so recorded launches may read them; a recording keeps its calls, and they their
    /// taps.
    /// </summary>
    private readonly ConditionalWeakTable<ResampleTaps, TableMemory> _taps = [];

    public void Run(ResampleCall call)
    {
        var (x, y, _, inner, taps) = call;
        if (!_taps.TryGetValue(taps, out var table))
        {
            table = new TableMemory(tables, taps.Table.Length);
            queue.Transfers.Upload(taps.Table.Span, table.View);
            _taps.Add(taps, table);
        }

        queue.Launch(
            ResampleKernel.Run, queue.ForElements(y.Length), x.View(), y.View(), table.View, taps.Width, taps.Inputs, taps.Outputs,
            inner);
    }
}
