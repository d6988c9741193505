using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
    : IKernel<FillCall>, IKernel<FillFromCall>, IKernel<CopyCall>, IKernel<AddScaledCall>, IKernel<CopyAllCall>
{
    /// <summary>Each goes with its call, which a recorded step keeps.</summary>
    private readonly ConditionalWeakTable<KernelCall, SlotTable> _slotTables = [];

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

        var table = TableOf(
            call, c => CopyTable.RowsOf(c.Slots, queue.GroupSize * MemoryKernels.CopiesPerThread), CopyTable.Columns);
        queue.Launch(MemoryKernels.CopyOfAll, new KernelConfig(table.Groups, queue.GroupSize), table.View, table.Slots);
    }

    private SlotTable TableOf<TCall>(TCall call, Func<TCall, long[]> rowsOf, int columns)
        where TCall : KernelCall
    {
        if (!_slotTables.TryGetValue(call, out var table))
        {
            _slotTables.Add(call, table = new SlotTable(tables, rowsOf(call), columns, queue.Transfers));
        }

        return table;
    }
}
