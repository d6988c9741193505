using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Optimizers;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    private readonly Dictionary<(long FirstWeight, int Slots), AdamTable> _adamTables = [];

    public void Adam(ReadOnlySpan<AdamSlot> slots, in AdamSettings settings)
    {
        var coefficients = new AdamCoefficients(settings);
        if (_device.Kind == AcceleratorType.Cuda && slots.Length > 0)
        {
            var table = TableOf(slots);
            queue.Launch(OptimizerKernels.AdamOfAll, new KernelConfig(table.Groups, queue.GroupSize), table.View, table.Slots, coefficients);
            return;
        }

        foreach (var slot in slots)
        {
            queue.Launch(
                OptimizerKernels.Adam, queue.ForElements(slot.Weight.Length, Element.PerThread),
                slot.Weight.View(), slot.Gradient.View(), slot.FirstMoment.View(), slot.SecondMoment.View(), coefficients);
        }
    }

    public void Sgd(ReadOnlySpan<SgdSlot> slots, float learningRate, float momentum, float weightDecay)
    {
        foreach (var slot in slots)
        {
            queue.Launch(
                OptimizerKernels.Sgd, queue.ForElements(slot.Weight.Length, Element.PerThread),
                slot.Weight.View(), slot.Gradient.View(), slot.Velocity.View(), learningRate, momentum, weightDecay);
        }
    }

    /// <summary>The table of an optimiser, which is known by its first parameter.</summary>
    private AdamTable TableOf(ReadOnlySpan<AdamSlot> slots)
    {
        var key = (AdamTable.AddressOf(slots[0].Weight), slots.Length);
        if (!_adamTables.TryGetValue(key, out var table))
        {
            _adamTables.Add(key, table = new AdamTable(queue.Accelerator, slots.Length));
        }

        table.Assign(slots, queue.GroupSize * OptimizerKernels.AdamPerThread, queue.Stream);
        return table;
    }
}
