using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Optimizers;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<AdamCall>, IKernel<SgdCall>, IKernel<RmsPropCall>, IKernel<LerpCall>
{
    /// <summary>Each goes with the memory of its first weight.</summary>
    private readonly ConditionalWeakTable<Storage, Dictionary<(long Offset, int Slots, int Rates), AdamTable>> _adamTables = [];

    public void Run(AdamCall call)
    {
        var (slots, settings) = call;
        var coefficients = AdamCoefficients.WithoutRates(settings);
        if (_device.Kind == AcceleratorType.Cuda && slots.Length > 0)
        {
            var table = TableOf(slots, settings.Rates);
            queue.Launch(
                OptimizerKernels.AdamOfAll, new KernelConfig(table.Groups, queue.GroupSize), table.View, table.Slots, coefficients,
                numbers.View, settings.Rates);
            return;
        }

        foreach (var slot in slots)
        {
            queue.Launch(
                OptimizerKernels.Adam, queue.ForElements(slot.Weight.Length, Element.PerThread),
                slot.Weight.View(), slot.Gradient.View(), slot.FirstMoment.View(), slot.SecondMoment.View(), coefficients, numbers.View,
                settings.Rates);
        }
    }

    public void Run(SgdCall call)
    {
        var (slots, learningRate, momentum, weightDecay, nesterov) = call;
        var factors = new SgdFactors(momentum, weightDecay, Flag(nesterov));
        foreach (var slot in slots)
        {
            queue.Launch(
                OptimizerKernels.Sgd, queue.ForElements(slot.Weight.Length, Element.PerThread),
                slot.Weight.View(), slot.Gradient.View(), slot.Velocity.View(), factors, numbers.View, learningRate);
        }
    }

    public void Run(RmsPropCall call)
    {
        var (slots, settings) = call;
        var factors = new RmsPropFactors(settings);
        foreach (var slot in slots)
        {
            queue.Launch(
                OptimizerKernels.RmsProp, queue.ForElements(slot.Weight.Length, Element.PerThread),
                slot.Weight.View(), slot.Gradient.View(), slot.MeanSquare.View(), slot.Velocity.View(), factors, numbers.View,
                settings.Rates);
        }
    }

    public void Run(LerpCall call) =>
        queue.Launch(
            OptimizerKernels.Lerp, queue.ForElements(call.Y.Length, Element.PerThread), call.X.View(), numbers.View, call.Weight,
            call.Y.View());

    /// <summary>
    /// The table of an update, keyed by its first parameter and the index of its rates. Each recorded update has its own index, so no
    /// other update writes to a table that a recorded launch reads.
    /// </summary>
    private AdamTable TableOf(ReadOnlySpan<AdamSlot> slots, int rates)
    {
        var first = slots[0].Weight;
        var ofMemory = _adamTables.GetOrCreateValue(first.Storage);
        var key = (first.Offset, slots.Length, rates);
        if (!ofMemory.TryGetValue(key, out var table))
        {
            ofMemory.Add(key, table = new AdamTable(tables, slots.Length));
        }

        table.Assign(slots, queue.GroupSize * OptimizerKernels.AdamPerThread, queue.Transfers);
        return table;
    }
}
