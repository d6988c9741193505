using IlgpuGan.Tensors.Devices.Recording.Fusion;

namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// The one place where recorded calls are replaced by others. Each pass leaves the same bits in all memory that is read after the list;
/// without any of them a replay is just slower.
/// </summary>
internal static class CallPasses
{
    /// <summary>The calls that a replay makes in place of those that were recorded.</summary>
    /// <param name="calls">the calls as recorded</param>
    /// <param name="isTemporary">whether a storage's content is dead after the last call</param>
    /// <param name="kernels">what will make the calls</param>
    public static CallFlow Apply(IReadOnlyList<KernelCall> calls, Func<Storage, bool> isTemporary, IKernels kernels)
    {
        var flow = Fused(calls, isTemporary, kernels);
        Run(flow, nameof(ChainFusion), () => ChainFusion.Apply(flow, kernels));
        return flow;
    }

    /// <summary>The same before small calls of any kind are chained.</summary>
    public static CallFlow Fused(IReadOnlyList<KernelCall> calls, Func<Storage, bool> isTemporary, IKernels kernels)
    {
        var flow = new CallFlow(calls, isTemporary);
        Run(flow, nameof(WeightUpdateFusion), () => WeightUpdateFusion.Apply(flow, kernels));
        Run(flow, nameof(BiasGradientFusion), () => BiasGradientFusion.Apply(flow, kernels));
        Run(flow, nameof(ConstantFolding), () => ConstantFolding.Apply(flow));
        Run(flow, nameof(DenseBlocks), () => DenseBlocks.Apply(flow));
        Run(flow, nameof(RepeatedCopies), () => RepeatedCopies.Apply(flow));
        Run(flow, nameof(ConcatFusion), () => ConcatFusion.Apply(flow));

        // Gradients of norms first: they no longer read what an activation left, so that the forward need not leave it.
        Run(flow, nameof(ConcatGradientFusion), () => ConcatGradientFusion.Apply(flow, kernels));
        Run(flow, nameof(NormGradientFusion), () => NormGradientFusion.Apply(flow, kernels));
        Run(flow, nameof(NormFusion), () => NormFusion.Apply(flow, kernels));
        Run(flow, nameof(CopyFusion), () => CopyFusion.Apply(flow, kernels));
        return flow;
    }

    private static void Run(CallFlow flow, string pass, Action apply)
    {
        flow.Pass = pass;
        apply();
    }
}
