namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>A weight gradient that only Adam reads goes straight into it, where the device has a kernel that gains by that.</summary>
internal static class WeightUpdateFusion
{
    public static void Apply(CallFlow flow, IKernels kernels)
    {
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is AdamCall adam)
            {
                Apply(flow, kernels, i, adam);
            }
        }
    }

    private static void Apply(CallFlow flow, IKernels kernels, int place, AdamCall adam)
    {
        var rest = new List<AdamSlot>();
        var fused = new List<(int Place, KernelCall Call)>();
        foreach (var slot in adam.Slots)
        {
            // At the gradient's place nobody may still want the weight as it was.
            var maker = flow.LastWriter(slot.Gradient, place);
            if (maker >= 0
                && flow[maker] is Conv2dWeightGradientCall gradient && gradient.Dw == slot.Gradient
                && flow.Readers(slot.Gradient, maker) is [var reader] && reader == place
                && flow.IsUntouched(slot.Weight, maker, place)
                && flow.IsUntouched(slot.FirstMoment, maker, place)
                && flow.IsUntouched(slot.SecondMoment, maker, place)
                && new Conv2dWeightGradientToAdamCall(gradient.X, gradient.Dy, slot, gradient.G, adam.Settings) is var update
                && kernels.Fuses(update))
            {
                fused.Add((maker, update));
            }
            else
            {
                rest.Add(slot);
            }
        }

        if (fused.Count == 0)
        {
            return;
        }

        flow.Remove(place);
        if (rest.Count > 0)
        {
            flow.Replace(place, adam with { Slots = [.. rest] });
        }

        foreach (var (at, call) in fused)
        {
            flow.Replace(at, call);
        }
    }
}
