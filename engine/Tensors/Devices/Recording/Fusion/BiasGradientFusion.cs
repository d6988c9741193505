namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// The gradient of a bias, which is a sum of what a weight gradient reads, goes with it, where the device gains by that.
/// </summary>
internal static class BiasGradientFusion
{
    public static void Apply(CallFlow flow, IKernels kernels)
    {
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is Conv2dWeightGradientCall gradient)
            {
                Apply(flow, kernels, i, gradient);
            }
        }
    }

    private static void Apply(CallFlow flow, IKernels kernels, int place, Conv2dWeightGradientCall gradient)
    {
        foreach (var reader in flow.ReadersWithin(gradient.Dy, place).Places)
        {
            if (flow[reader] is ReduceCall sum && IsOfBias(sum, gradient)
                && flow.IsUnchanged(gradient.Dy, place, reader) && flow.IsUntouched(sum.Y, place, reader)
                && CallFlow.IsApart(sum.Y, gradient.X, gradient.Dy, gradient.Dw)
                && new Conv2dWeightAndBiasGradientCall(gradient.X, gradient.Dy, gradient.Dw, sum.Y, gradient.G) is var both
                && kernels.Fuses(both))
            {
                flow.Replace(place, both, reader);
                return;
            }
        }
    }

    private static bool IsOfBias(ReduceCall sum, Conv2dWeightGradientCall gradient)
    {
        var g = gradient.G;
        return sum.F == Reduction.Sum && sum.X == gradient.Dy && sum.XShape == new Shape(g.N, g.K, g.OutH, g.OutW)
            && sum.YShape == new Shape(1, g.K, 1, 1);
    }
}
