using IlgpuGan.Tensors.Devices.Recording.Fusion;

namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// The one place where recorded calls are replaced by others. Each pass leaves the same bits in all memory that is looked at after the
/// list; without any of them a replay is just slower.
/// </summary>
internal static class CallPasses
{
    /// <summary>The calls that a replay makes in place of those that were recorded.</summary>
    /// <param name="calls">the calls as recorded</param>
    /// <param name="isTemporary">whether a block's content is dead after the last call</param>
    /// <param name="kernels">what will make the calls</param>
    public static IReadOnlyList<KernelCall> Apply(
        IReadOnlyList<KernelCall> calls, Func<Storage, bool> isTemporary, IKernels kernels) =>
        Chained(Fused(calls, isTemporary, kernels), isTemporary, kernels);

    /// <summary>The same before calls that have little to do each are put together, whatever they are.</summary>
    public static IReadOnlyList<KernelCall> Fused(
        IReadOnlyList<KernelCall> calls, Func<Storage, bool> isTemporary, IKernels kernels)
    {
        var flow = new CallFlow(calls, isTemporary);
        WeightUpdateFusion.Apply(flow, kernels);
        BiasGradientFusion.Apply(flow, kernels);
        ConstantFolding.Apply(flow);
        DenseBlocks.Apply(flow);
        RepeatedCopies.Apply(flow);
        ConcatFusion.Apply(flow);

        if (kernels.FusesNorms)
        {
            // Gradients first: they no longer read what an activation left, so that the forward need not leave it.
            if (kernels.FusesSkips)
            {
                ConcatGradientFusion.Apply(flow);
            }

            NormGradientFusion.Apply(flow, kernels);
            NormFusion.Apply(flow, kernels);
        }

        if (kernels.CopiesAll)
        {
            CopyFusion.Apply(flow);
        }

        return flow.Calls();
    }

    private static IReadOnlyList<KernelCall> Chained(IReadOnlyList<KernelCall> calls, Func<Storage, bool> isTemporary, IKernels kernels)
    {
        var flow = new CallFlow(calls, isTemporary);
        ChainFusion.Apply(flow, kernels);
        return flow.Calls();
    }
}
