namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>A weight gradient that only Adam reads goes straight into it, where the device has a kernel that gains by that.</summary>
internal static class WeightUpdateFusion
{
    public static void Apply(ValueGraph graph, IKernels kernels)
    {
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is AdamCall adam)
            {
                Apply(graph, kernels, i, adam);
            }
        }
    }

    private static void Apply(ValueGraph graph, IKernels kernels, int place, AdamCall adam)
    {
        var rest = new List<AdamSlot>();
        var fused = new List<(int Place, KernelCall Call)>();
        foreach (var slot in adam.Slots)
        {
            // At the gradient's place nobody may still want the weight as it was.
            var (weight, gradient, first, second) = slot;
            var made = graph.Of(gradient, place);
            if (made.Maker >= 0 && made.IsReadBy(place)
                && graph[made.Maker] is Conv2dWeightGradientCall maker && maker.Dw == gradient
                && graph.MayChangeAt(made.Maker, weight, place) && graph.MayChangeAt(made.Maker, first, place)
                && graph.MayChangeAt(made.Maker, second, place)
                && new Conv2dWeightGradientToAdamCall(maker.X, maker.Dy, weight, first, second, maker.G, adam.Settings) is var update
                && kernels.Fuses(update))
            {
                fused.Add((made.Maker, update));
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

        graph.Remove(place);
        if (rest.Count > 0)
        {
            graph.Replace(place, adam with { Slots = [.. rest] });
        }

        fused.ForEach(update => graph.Replace(update.Place, update.Call));
    }
}
