namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// The gradient of a norm takes in what surrounds it: the gradient of the padding and of the (leaky) ReLU behind the norm, whose output is
/// computed again instead of read. A plain replay's dx often lies where dy was, which the kernel can stand.
/// </summary>
internal static class NormGradientFusion
{
    public static void Apply(CallFlow flow)
    {
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is NormalizeGradientCall { Dx: not null } norm)
            {
                Apply(flow, i, norm);
            }
        }
    }

    private static void Apply(CallFlow flow, int place, NormalizeGradientCall norm)
    {
        var members = new List<int>();
        var (dy, dz, dx) = (norm.Dy, (DeviceSpan?)null, norm.Dx!.Value);
        var (tail, bias) = (default(NormTail), (DeviceSpan?)null);
        if (ActivationBehind(flow, place, norm) is var (at, gradient, forward))
        {
            members.Add(at);
            tail = tail with { Activation = gradient.F, Slope = gradient.P };
            (dy, dz, bias) = (gradient.Dy, norm.Dy, forward.Bias);
        }

        if (PaddingBehind(flow, dy, members.Count > 0 ? members[^1] : place, place) is var (padAt, pad))
        {
            members.Add(padAt);
            tail = tail with { Pad = pad.G, PadMode = pad.Mode };
            (dy, dz) = (pad.Dy, norm.Dy);
        }

        var mayBeInPlace = tail is { Activation: not null, Pad: null } && dy == dx;
        if (members.Count == 0 || !CallFlow.IsApart(dy, mayBeInPlace ? null : dx, dz))
        {
            return;
        }

        flow.Replace(
            place,
            new NormToGradientCall(
                norm.X, norm.Mean, norm.Variance, norm.Weight, bias, dy, dz, dx, norm.Dweight, norm.Dbias, norm.G, norm.Epsilon, tail),
            [.. members]);
    }

    /// <summary>The activation's gradient that makes this norm's dy, if the activation was that of this norm's own output.</summary>
    private static (int Place, UnaryGradientCall Gradient, NormalizeCall Forward)? ActivationBehind(CallFlow flow, int place, NormalizeGradientCall norm)
    {
        var maker = flow.LastWriter(norm.Dy, place);
        if (maker < 0 || flow[maker] is not UnaryGradientCall gradient || gradient.Dx != norm.Dy || !Fits(gradient.F, gradient.P)
            || flow.Readers(norm.Dy, maker) is not [var reader] || reader != place)
        {
            return null;
        }

        var activated = flow.LastWriter(gradient.Saved, maker);
        if (activated < 0 || flow[activated] is not UnaryCall activation || activation.Y != gradient.Saved || activation.F != gradient.F || activation.P != gradient.P)
        {
            return null;
        }

        var normalized = flow.LastWriter(activation.X, activated);
        return flow.IsUnchanged(gradient.Dy, maker, place) && normalized >= 0 && flow[normalized] is NormalizeCall forward && forward.Y == activation.X && IsForwardOf(forward, norm)
            && flow.IsUnchanged(forward.X, normalized, place) && flow.IsUnchanged(forward.Mean, normalized, place)
            && flow.IsUnchanged(forward.Variance, normalized, place) && flow.IsUnchanged(forward.Weight, normalized, place)
            && flow.IsUnchanged(forward.Bias, normalized, place)
            ? (maker, gradient, forward)
            : null;
    }

    /// <summary>The activations of which the sign of the input tells the gradient.</summary>
    public static bool Fits(UnaryFunction f, float p) => f == UnaryFunction.Relu || (f == UnaryFunction.LeakyRelu && p >= 0);

    private static bool IsForwardOf(NormalizeCall forward, NormalizeGradientCall norm) =>
        forward.X == norm.X && forward.Mean == norm.Mean && forward.Variance == norm.Variance && forward.Weight == norm.Weight
        && forward.G == norm.G && forward.Epsilon == norm.Epsilon;

    /// <summary>The padding's gradient that makes a gradient which only the call at <paramref name="reader"/> reads.</summary>
    private static (int Place, PadGradientCall Call)? PaddingBehind(CallFlow flow, DeviceSpan gradient, int reader, int place)
    {
        var maker = flow.LastWriter(gradient, reader);
        return maker >= 0 && flow[maker] is PadGradientCall pad && pad.Dx == gradient
            && flow.Readers(gradient, maker) is [var only] && only == reader
            && flow.IsUnchanged(pad.Dy, maker, place)
            ? (maker, pad)
            : null;
    }
}
