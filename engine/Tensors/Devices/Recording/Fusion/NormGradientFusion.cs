namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// The gradient of a norm takes in what surrounds it: the gradient of the padding and of the (leaky) ReLU behind the norm, whose output is
/// computed again instead of read. Where others read the norm's result too, what they want is added first, or, where it comes through
/// another activation of the norm's, taken in as a branch.
/// </summary>
internal static class NormGradientFusion
{
    public static void Apply(CallFlow flow, IKernels kernels)
    {
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is NormalizeGradientCall { Dx: not null } norm)
            {
                Apply(flow, kernels, i, norm);
            }
        }
    }

    private static void Apply(CallFlow flow, IKernels kernels, int place, NormalizeGradientCall norm)
    {
        var members = new List<int>();
        var (dy, dz, dx) = (norm.Dy, (DeviceSpan?)null, norm.Dx!.Value);
        var (tail, bias) = (default(NormTail), (DeviceSpan?)null);
        DeviceSpan? sum = null;
        if (SumBehind(flow, place, norm) is var (addAt, add))
        {
            members.Add(addAt);
            (dy, sum) = (add.X, norm.Dy);
        }

        if (ActivationBehind(flow, place, norm, dy, Reader()) is var (at, gradient, forward))
        {
            members.Add(at);
            tail = tail with { Activation = gradient.F, Slope = gradient.P };
            (dy, dz, bias) = (gradient.Dy, norm.Dy, forward.Norm.Bias);
        }

        if (PaddingBehind(flow, dy, Reader(), place) is var (padAt, pad))
        {
            members.Add(padAt);
            tail = tail with { Pad = pad.G, PadMode = pad.Mode };
            (dy, dz) = (pad.Dy, norm.Dy);
        }

        var reader = Reader();
        NormGradientBranch? branch = null;
        if (sum is { } && tail is { Activation: not null, Pad: null }
            && BranchBehind(flow, place, norm, members[0]) is var (branchAt, other) && CallFlow.IsApart(other.Dy, dx, norm.Dy)
            && kernels.Fuses(Fused(null, norm.Dy, other)))
        {
            members.Add(branchAt);
            (sum, dz, branch) = (null, norm.Dy, other);
        }

        if (sum is { })
        {
            // The sum goes to the norm's dy, which can't be working memory as well.
            dz = tail is { Activation: null, Pad: null } ? null : dx;
        }

        if (members.Count == 0 || !CallFlow.IsApart(dy, dx, sum, dz)
            || (sum is { } && tail is { Activation: not null, Pad: not null })
            || !flow.IsUnchanged(dy, reader, place) || !kernels.Fuses(Fused(sum, dz, branch)))
        {
            return;
        }

        flow.Replace(place, Fused(sum, dz, branch), [.. members]);

        NormToGradientCall Fused(DeviceSpan? added, DeviceSpan? working, NormGradientBranch? second) =>
            new(norm.Norm with { Bias = bias }, dy, added, working, dx, norm.Dweight, norm.Dbias, second, tail);

        int Reader() => members.Count > 0 ? members[^1] : place;
    }

    /// <summary>The addition that makes this norm's dy, which may be read behind the norm's gradient too, but not before it.</summary>
    private static (int Place, AddScaledCall Add)? SumBehind(CallFlow flow, int place, NormalizeGradientCall norm)
    {
        var maker = flow.LastWriter(norm.Dy, place);
        return maker >= 0 && flow[maker] is AddScaledCall { Scale: 1 } add && add.Y == norm.Dy && CallFlow.IsApart(add.X, norm.Dy)
            && flow.IsUntouched(norm.Dy, maker, place)
            ? (maker, add)
            : null;
    }

    /// <summary>
    /// The activation's gradient that makes a gradient which only the call at <paramref name="reader"/> reads, if the activation was that
    /// of this norm's own output.
    /// </summary>
    private static (int Place, UnaryGradientCall Gradient, NormalizeCall Forward)? ActivationBehind(
        CallFlow flow, int place, NormalizeGradientCall norm, DeviceSpan behind, int reader)
    {
        var maker = flow.LastWriter(behind, reader);
        if (maker < 0 || flow[maker] is not UnaryGradientCall gradient || gradient.Dx != behind || !Fits(gradient.F, gradient.P)
            || flow.Readers(behind, maker) is not [var only] || only != reader)
        {
            return null;
        }

        return flow.IsUnchanged(gradient.Dy, maker, place)
            && ForwardOf(flow, place, norm, gradient.Saved, maker, gradient.F, gradient.P, dropout: null) is { } forward
            ? (maker, gradient, forward)
            : null;
    }

    /// <summary>
    /// The gradient of another activation of this norm's own output, where nobody but this norm reads its sum with the first one's.
    /// </summary>
    /// <param name="adder">the addition of the two</param>
    private static (int Place, NormGradientBranch Branch)? BranchBehind(CallFlow flow, int place, NormalizeGradientCall norm, int adder)
    {
        var maker = flow.LastWriter(norm.Dy, adder);
        return maker >= 0 && flow[maker] is UnaryGradientCall other && other.Dx == norm.Dy && Fits(other.F, other.P)
            && flow.Readers(norm.Dy, maker) is [var first] && first == adder
            && flow.Readers(norm.Dy, adder) is [var second] && second == place
            && flow.IsUnchanged(other.Dy, maker, place)
            && ForwardOf(flow, place, norm, other.Saved, maker, other.F, other.P, dropout: null) is { }
            ? (maker, new NormGradientBranch(other.Dy, other.F, other.P))
            : null;
    }

    /// <summary>
    /// The norm of which a gradient at <paramref name="place"/> is, if an activation of its output, perhaps with a dropout behind it, left
    /// what is <paramref name="saved"/>, and all that the norm read is still there.
    /// </summary>
    /// <param name="end">where the saved values are read</param>
    public static NormalizeCall? ForwardOf(
        CallFlow flow, int place, NormalizeGradientCall norm, DeviceSpan saved, int end, UnaryFunction f, float p, NormDropout? dropout)
    {
        var activated = flow.LastWriter(saved, end);
        if (dropout is { } mask)
        {
            if (activated < 0 || flow[activated] is not DropoutCall dropped || dropped.Y != saved || dropped.Key != mask.Key
                || dropped.P != mask.P)
            {
                return null;
            }

            saved = dropped.X;
            activated = flow.LastWriter(saved, activated);
        }

        if (activated < 0 || flow[activated] is not UnaryCall activation || activation.Y != saved || activation.F != f || activation.P != p)
        {
            return null;
        }

        var normalized = flow.LastWriter(activation.X, activated);
        return normalized >= 0 && flow[normalized] is NormalizeCall forward && forward.Y == activation.X
            && forward.Norm with { Bias = null } == norm.Norm with { Bias = null }
            && forward.Reads.All(read => flow.IsUnchanged(read, normalized, place))
            ? forward
            : null;
    }

    /// <summary>The activations of which the sign of the input tells the gradient.</summary>
    public static bool Fits(UnaryFunction f, float p) => f == UnaryFunction.Relu || (f == UnaryFunction.LeakyRelu && p >= 0);

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
