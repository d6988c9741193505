namespace IlgpuGan.TestsCommon;

/// <summary>Fused calls as the plain ones that they stand for, which the kernels of devices are held against.</summary>
internal static class PlainCalls
{
    /// <summary>Runs a call, or the plain calls that it stands for.</summary>
    public static void Run(this IKernels kernels, KernelCall call, bool fused)
    {
        if (fused || call.Parts is not { } parts)
        {
            kernels.Run(call);
            return;
        }

        foreach (var part in parts)
        {
            kernels.Run(part, fused: false);
        }
    }

    /// <summary>Whether a device has a kernel that computes a weight's gradient and updates the weight.</summary>
    public static bool UpdatesWeights(this IKernels kernels, ConvGeometry g) =>
        kernels.Fuses(new Conv2dWeightGradientToAdamCall(default, default, default, default, default, g, default));

    /// <summary>Whether a device has a kernel that computes the gradients of a weight and its bias.</summary>
    public static bool SumsBiasGradients(this IKernels kernels, ConvGeometry g) =>
        kernels.Fuses(new Conv2dWeightAndBiasGradientCall(default, default, default, default, g));
}
