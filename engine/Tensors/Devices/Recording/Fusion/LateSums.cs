namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// Gradients that are added to those of a network's first use wait in memory of their own, so that <see cref="CopyFusion"/> adds all of
/// them at once: the pool hands one layer's block to the next layer, and each would have to be added before that.
/// </summary>
internal static class LateSums
{
    /// <param name="flow">the list</param>
    /// <param name="takeBlock">gives memory of so many elements that only the list knows</param>
    public static void Apply(CallFlow flow, Func<long, DeviceSpan> takeBlock)
    {
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is AddScaledCall { Scale: 1 } add && flow.LastWriter(add.X, i) is >= 0 and var maker
                && flow.Readers(add.X, maker) is [var only] && only == i && IsOverwrittenFirst(flow, i, add)
                && Into(flow[maker]!, add.X, to: default) is not null)
            {
                var block = takeBlock(add.X.Length);
                flow.Replace(maker, Into(flow[maker]!, add.X, block)!);
                flow.Replace(i, add with { X = block });
            }
        }
    }

    /// <summary>Whether another takes the addend's memory before anybody asks for the sum.</summary>
    private static bool IsOverwrittenFirst(CallFlow flow, int place, AddScaledCall add)
    {
        var overwritten = flow.NextAccess(add.X, place, ofReaders: false, but: place);
        var asked = flow.NextAccess(add.Y, place, ofReaders: true, but: place);
        return overwritten >= 0 && (asked < 0 || overwritten < asked);
    }

    /// <summary>The call that leaves a gradient elsewhere; null if it does not make the gradient, or may care where it lies.</summary>
    private static KernelCall? Into(KernelCall maker, DeviceSpan gradient, DeviceSpan to) => gradient.Offset != 0 ? null : maker switch
    {
        Conv2dWeightGradientCall c when c.Dw == gradient => c with { Dw = to },
        Conv2dWeightAndBiasGradientCall c when c.Dw == gradient => c with { Dw = to },
        Conv2dWeightAndBiasGradientCall c when c.Db == gradient => c with { Db = to },
        ReduceCall c when c.Y == gradient => c with { Y = to },
        NormalizeGradientCall c when c.Dweight == gradient => c with { Dweight = to },
        NormalizeGradientCall c when c.Dbias == gradient => c with { Dbias = to },
        NormToGradientCall c when c.Dweight == gradient => c with { Dweight = to },
        NormToGradientCall c when c.Dbias == gradient => c with { Dbias = to },
        _ => null,
    };
}
