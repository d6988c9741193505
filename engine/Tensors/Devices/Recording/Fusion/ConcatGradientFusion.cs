namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// The gradient of an activation of joined arrays, one of which a norm made: that norm's gradient takes its part in, through the dropout
/// behind the activation, and what is left is the gradient of the other part alone. Its input waits in memory of its own, so that another
/// norm can take the rest in, too, much later (<see cref="NormGradientFusion"/>): what a U-Net does at each level.
/// </summary>
internal static class ConcatGradientFusion
{
    /// <param name="flow">the list</param>
    /// <param name="takeBlock">gives memory of so many elements that only the list knows</param>
    public static void Apply(CallFlow flow, Func<long, DeviceSpan> takeBlock)
    {
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is UnaryGradientCall gradient && NormGradientFusion.Fits(gradient.F, gradient.P))
            {
                Apply(flow, i, gradient, takeBlock);
            }
        }
    }

    private static void Apply(CallFlow flow, int place, UnaryGradientCall gradient, Func<long, DeviceSpan> takeBlock)
    {
        var maker = flow.LastWriter(gradient.Dy, place);
        if (maker < 0 || Into(flow[maker]!, gradient.Dy, gradient.Dy) is null || flow.Readers(gradient.Dy, maker) is not [var only]
            || only != place || flow.Readers(gradient.Dx, place) is not { } readers)
        {
            return;
        }

        foreach (var reader in readers)
        {
            if (PartOfANorm(flow, place, gradient, reader) is var (part, at, norm, bias, dropout)
                && RestOf(gradient.Dx, part) is { } rest)
            {
                var block = takeBlock(gradient.Dy.Length);
                var tail = new NormTail(gradient.F, gradient.P, Dropout: dropout);
                flow.Replace(maker, Into(flow[maker]!, gradient.Dy, block)!);
                flow.Replace(
                    at,
                    new NormToGradientCall(
                        norm.X, norm.Mean, norm.Variance, norm.Weight, bias, Of(block, part), Sum: null, norm.Dy, norm.Dx!.Value,
                        norm.Dweight, norm.Dbias, Branch: null, norm.G, norm.Epsilon, tail),
                    dropout is null ? [] : [reader]);
                flow.Replace(place, gradient with { Saved = Of(gradient.Saved, rest), Dy = Of(block, rest), Dx = rest });
                return;
            }
        }

        DeviceSpan Of(DeviceSpan whole, DeviceSpan part) =>
            whole with { Offset = whole.Offset + part.Offset - gradient.Dx.Offset, Length = part.Length };
    }

    /// <summary>
    /// The part of an activation's gradient that only a call at <paramref name="reader"/> reads, and the norm's gradient that it is or
    /// leads to, if the norm made what was activated there.
    /// </summary>
    private static (DeviceSpan Part, int At, NormalizeGradientCall Norm, DeviceSpan? Bias, NormDropout? Dropout)? PartOfANorm(
        CallFlow flow, int place, UnaryGradientCall gradient, int reader)
    {
        var (part, at, dropout) = (gradient.Dx, reader, (NormDropout?)null);
        if (flow[reader] is DropoutCall back)
        {
            if (flow.Readers(back.Y, reader) is not [var behind])
            {
                return null;
            }

            (part, at, dropout) = (back.X, behind, new NormDropout(back.Key, back.P));
        }

        if (flow[at] is not NormalizeGradientCall { Dx: not null } norm)
        {
            return null;
        }

        part = dropout is null ? norm.Dy : part;
        if (!IsWithin(part, gradient.Dx) || (dropout is not null && (flow[reader] as DropoutCall)!.Y != norm.Dy)
            || flow.Readers(part, place) is not [var only] || only != reader)
        {
            return null;
        }

        var saved = gradient.Saved with { Offset = gradient.Saved.Offset + part.Offset - gradient.Dx.Offset, Length = part.Length };
        var forward = NormGradientFusion.ForwardOf(flow, at, norm, saved, place, gradient.F, gradient.P, dropout);
        return forward is null ? null : (part, at, norm, forward.Bias, dropout);
    }

    private static bool IsWithin(DeviceSpan part, DeviceSpan whole) =>
        part.Storage == whole.Storage && part.Offset >= whole.Offset && part.Offset + part.Length <= whole.Offset + whole.Length;

    /// <summary>What is left of a span without its first or last part; null if that is nothing, or in two pieces.</summary>
    private static DeviceSpan? RestOf(DeviceSpan whole, DeviceSpan part)
    {
        var left = whole.Length - part.Length;
        return left == 0 ? null
            : part.Offset == whole.Offset ? whole with { Offset = part.Offset + part.Length, Length = left }
            : part.Offset == whole.Offset + left ? whole with { Length = left }
            : null;
    }

    /// <summary>The convolution that leaves its result elsewhere; null if the call is none, or may care where that lies.</summary>
    private static KernelCall? Into(KernelCall maker, DeviceSpan result, DeviceSpan to) => result.Offset != 0 ? null : maker switch
    {
        Conv2dCall c when c.Y == result => c with { Y = to },
        Conv2dInputGradientCall c when c.Dx == result => c with { Dx = to },
        _ => null,
    };
}
