using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
    : IKernel<FillCall>, IKernel<FillFromCall>, IKernel<CopyCall>, IKernel<AddScaledCall>, IKernel<CopyAllCall>
{
    private readonly Dictionary<long[], SlotTable> _slotTables = new(new SlotTable.RowsComparer());

    public void Run(FillCall call) =>
        queue.Launch(MemoryKernels.Fill, queue.ForElements(call.Y.Length, Element.PerThread), call.Y.View(), call.Value);

    public void Run(FillFromCall call) =>
        queue.Launch(MemoryKernels.FillFrom, queue.ForElements(call.Y.Length, Element.PerThread), numbers.View, call.Word, call.Y.View());

    public void Run(CopyCall call) =>
        queue.Launch(MemoryKernels.Copy, queue.ForElements(call.Y.Length, Element.PerThread), call.X.View(), call.Y.View());

    public void Run(AddScaledCall call) =>
        queue.Launch(
            MemoryKernels.AddScaled, queue.ForElements(call.Y.Length, Element.PerThread), call.Scale, call.X.View(), call.Y.View());

    public void Run(CopyAllCall call)
    {
        if (!Fuses(call))
        {
            call.RunParts(this);
            return;
        }

        var rows = CopyTable.RowsOf(call.Slots, queue.GroupSize * MemoryKernels.CopiesPerThread);
        var table = TableOf(rows, CopyTable.Columns);
        queue.Launch(MemoryKernels.CopyOfAll, new KernelConfig(table.Groups, queue.GroupSize), table.View, table.Slots);
    }

    private SlotTable TableOf(long[] rows, int columns)
    {
        if (!_slotTables.TryGetValue(rows, out var table))
        {
            _slotTables.Add(rows, table = new SlotTable(tables, rows, columns, queue.Transfers));
        }

        return table;
    }
}
