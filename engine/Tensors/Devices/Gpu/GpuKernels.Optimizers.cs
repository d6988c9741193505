using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Optimizers;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public void Adam(ReadOnlySpan<AdamSlot> slots, in AdamSettings settings)
    {
        var coefficients = new AdamCoefficients(settings);
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
}
