namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// The gradient of an activation of a concatenated value, one part of which a norm made: that norm's gradient takes its part in, through
/// the dropout behind the activation, and only the other part's gradient is left. Another norm's gradient may take that in, too, much
/// later (<see cref="NormGradientFusion"/>): what a U-Net does at each level. For devices that take dropouts in, even where there is none.
/// </summary>
internal static class ConcatGradientFusion
{
    public static void Apply(CallFlow flow, IKernels kernels)
    {
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is UnaryGradientCall gradient && NormGradientFusion.Fits(gradient.F, gradient.P))
            {
                Apply(flow, kernels, i, gradient);
            }
        }
    }

    private static void Apply(CallFlow flow, IKernels kernels, int place, UnaryGradientCall gradient)
    {
        foreach (var reader in flow.Readers(gradient.Dx, place) ?? [])
        {
            if (PartOfANorm(flow, place, gradient, reader) is var (part, at, norm, bias, dropout)
                && RestOf(gradient.Dx, part) is { } rest && flow.IsUnchanged(gradient.Dy, place, at))
            {
                var fused = new NormToGradientCall(
                    norm.Norm with { Bias = bias }, Of(gradient.Dy, part), Sum: null, norm.Dy, norm.Dx!.Value, norm.Dweight, norm.Dbias,
                    Branch: null, new NormTail(gradient.F, gradient.P, Dropout: dropout ?? default(NormDropout)));
                if (!kernels.Fuses(fused))
                {
                    return;
                }

                flow.Replace(at, fused with { Tail = fused.Tail with { Dropout = dropout } }, dropout is null ? [] : [reader]);
                flow.Replace(place, gradient with { Saved = Of(gradient.Saved, rest), Dy = Of(gradient.Dy, rest), Dx = rest });
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
        return forward is null ? null : (part, at, norm, forward.Norm.Bias, dropout);
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
}
