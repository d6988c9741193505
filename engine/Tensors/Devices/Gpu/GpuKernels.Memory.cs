using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    private readonly Dictionary<long[], CopyTable> _copyTables = new(new CopyTable.RowsComparer());

    /// <summary>CUDA only: a table holds device addresses, which OpenCL does not have.</summary>
    public bool CopiesAll => _device.Kind == AcceleratorType.Cuda;

    public void Fill(DeviceSpan y, float value) =>
        queue.Launch(MemoryKernels.Fill, queue.ForElements(y.Length, Element.PerThread), y.View(), value);

    public void FillFrom(int word, DeviceSpan y) =>
        queue.Launch(MemoryKernels.FillFrom, queue.ForElements(y.Length, Element.PerThread), numbers.View, word, y.View());

    public void Copy(DeviceSpan x, DeviceSpan y) =>
        queue.Launch(MemoryKernels.Copy, queue.ForElements(y.Length, Element.PerThread), x.View(), y.View());

    public void AddScaled(float scale, DeviceSpan x, DeviceSpan y) =>
        queue.Launch(MemoryKernels.AddScaled, queue.ForElements(y.Length, Element.PerThread), scale, x.View(), y.View());

    public void CopyAll(ReadOnlySpan<CopySlot> slots)
    {
        if (!CopiesAll)
        {
            Composition.CopyAll(this, slots);
            return;
        }

        var rows = CopyTable.RowsOf(slots, queue.GroupSize * MemoryKernels.CopiesPerThread);
        if (!_copyTables.TryGetValue(rows, out var table))
        {
            _copyTables.Add(rows, table = new CopyTable(queue.Accelerator, rows, queue.Transfers));
        }

        queue.Launch(MemoryKernels.CopyOfAll, new KernelConfig(table.Groups, queue.GroupSize), table.View, table.Slots);
    }
}
