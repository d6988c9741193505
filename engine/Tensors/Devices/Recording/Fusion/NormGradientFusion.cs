namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// The gradient of a norm takes in what surrounds it: the gradients of the padding, the dropout and the (leaky) ReLU behind the norm, whose
/// output is computed again instead of read. Where others read the norm's result too, what they want is added first, or, where it comes
/// through another activation of the norm's, taken in as a branch.
/// </summary>
internal static class NormGradientFusion
{
    public static void Apply(ValueGraph graph, IKernels kernels)
    {
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is NormalizeGradientCall { Dx: not null } norm)
            {
                Apply(graph, kernels, i, norm);
            }
        }
    }

    private static void Apply(ValueGraph graph, IKernels kernels, int place, NormalizeGradientCall norm)
    {
        var members = new List<int>();
        var (dy, reader, tail, bias) = (norm.Dy, place, default(NormTail), (DeviceSpan?)null);
        DeviceSpan? addend = null, sum = null;
        NormGradientBranch? branch = null;
        if (SumBehind(graph, place, norm.Dy) is var (adder, other, last))
        {
            Take(adder, last);
            (addend, sum) = (other, graph.Of(norm.Dy, place).IsReadBy(place) ? null : norm.Dy);
        }

        if (addend is null && Behind<DropoutCall>(graph, dy, place, place) is var (dropping, back)
            && new NormDropout(back.Key, back.P) is var mask
            && ActivationBehind(graph, place, norm, back.X, dropping, mask) is var (at, masked, biasOfMasked)
            && new NormTail(masked.F, masked.P, Dropout: mask) is var whole && kernels.Fuses(Fused(masked.Dy, whole, biasOfMasked)))
        {
            members.Add(dropping);
            Take(at, masked.Dy);
            (tail, bias) = (whole, biasOfMasked);
        }
        else if (ActivationBehind(graph, place, norm, dy, reader, dropout: null) is var (activated, gradient, biasOfForward))
        {
            Take(activated, gradient.Dy);
            (tail, bias) = (new NormTail(gradient.F, gradient.P), biasOfForward);
        }

        if (Behind<PadGradientCall>(graph, dy, reader, place) is var (padded, pad))
        {
            Take(padded, pad.Dy);
            tail = tail with { Pad = pad.G, PadMode = pad.Mode };
        }

        // A branch is taken in only where nobody else reads the sum.
        if (addend is { } second && sum is null && tail is { Activation: not null, Pad: null }
            && ActivationBehind(graph, place, norm, second, members[0], dropout: null) is var (branchAt, with, _)
            && new NormGradientBranch(with.Dy, with.F, with.P) is var taken && kernels.Fuses(Fused(dy, tail, bias) with { Branch = taken }))
        {
            members.Add(branchAt);
            (addend, branch) = (null, taken);
        }

        if (members.Count > 0 && !(addend is { } && tail is { Activation: not null, Pad: not null })
            && Fused(dy, tail, bias) with { Addend = addend, Sum = sum, Branch = branch } is var all && kernels.Fuses(all))
        {
            graph.Replace(place, all, [.. members]);
        }

        void Take(int member, DeviceSpan gradient)
        {
            members.Add(member);
            (dy, reader) = (gradient, member);
        }

        NormToGradientCall Fused(DeviceSpan from, in NormTail behind, DeviceSpan? added) => new(
            norm.Norm with { Bias = added }, from, norm.Dx!.Value, norm.Dweight, norm.Dbias, behind);
    }

    /// <summary>The sum that is a norm's dy, and its operands, the later last, where nobody reads it before the norm's gradient.</summary>
    private static (int Place, DeviceSpan First, DeviceSpan Last)? SumBehind(ValueGraph graph, int place, DeviceSpan dy) =>
        graph.Of(dy, place) is { Maker: >= 0 } made && made.Readers[0] == place
        && graph[made.Maker] is BinaryCall { F: BinaryFunction.Add } add && add.Y == dy && add.IsOfOneShape() && add.A != add.B
        && add.Reads.All(read => graph.IsSame(read, made.Maker, place)) && graph.IsValue(dy)
            ? (made.Maker, add.A, add.B)
            : null;

    /// <summary>
    /// The activation's gradient that makes what only the call at <paramref name="reader"/> reads, and the norm's bias, if the activation
    /// was that of this norm's own output, perhaps with a dropout behind it.
    /// </summary>
    private static (int Place, UnaryGradientCall Gradient, DeviceSpan? Bias)? ActivationBehind(
        ValueGraph graph, int place, NormalizeGradientCall norm, DeviceSpan dy, int reader, NormDropout? dropout) =>
        Behind<UnaryGradientCall>(graph, dy, reader, place) is var (at, gradient) && Fits(gradient.F, gradient.P)
        && ForwardOf(graph, place, norm, at, gradient, dropout) is { } forward
            ? (at, gradient, forward.Norm.Bias)
            : null;

    /// <summary>
    /// The norm whose gradient a call at <paramref name="place"/> is, if an activation of its output left what the activation's gradient
    /// reads, and all that the norm read is still there.
    /// </summary>
    private static NormalizeCall? ForwardOf(
        ValueGraph graph, int place, NormalizeGradientCall norm, int at, UnaryGradientCall gradient, NormDropout? dropout)
    {
        var (saved, last) = (gradient.Saved, at);
        if (graph.MakerOf(saved, last) is (var joined, ConcatCall { IsDense: true } concat))
        {
            var part = Enumerable.Range(0, concat.Operands.Length).FirstOrDefault(k => concat.PlaceOf(k) == saved, -1);
            if (part < 0)
            {
                return null;
            }

            (saved, last) = (concat.Operands[part].X, joined);
        }

        if (dropout is { } mask)
        {
            if (graph.MakerOf(saved, last) is not (var masked, DropoutCall dropped) || dropped.Y != saved || dropped.Key != mask.Key
                || dropped.P != mask.P)
            {
                return null;
            }

            (saved, last) = (dropped.X, masked);
        }

        return graph.MakerOf(saved, last) is (var activated, UnaryCall activation) && activation.Y == saved && activation.F == gradient.F
            && activation.P == gradient.P
            && graph.MakerOf(activation.X, activated) is (var normalized, NormalizeCall forward) && forward.Y == activation.X
            && forward.Norm with { Bias = null } == norm.Norm with { Bias = null }
            && forward.Reads.All(read => graph.IsSame(read, normalized, place))
            ? forward
            : null;
    }

    /// <summary>The activations of which the sign of the input tells the gradient.</summary>
    public static bool Fits(UnaryFunction f, float p) => f == UnaryFunction.Relu || (f == UnaryFunction.LeakyRelu && p >= 0);

    /// <summary>
    /// The call of a type that makes what only the call at <paramref name="reader"/> reads, if one at another place can do it as well.
    /// </summary>
    private static (int Place, TCall Call)? Behind<TCall>(ValueGraph graph, DeviceSpan value, int reader, int place)
        where TCall : KernelCall =>
        graph.Of(value, reader) is { Maker: >= 0 } made && made.IsReadBy(reader) && graph[made.Maker] is TCall call
        && call.Writes[0] == value && call.Reads.All(read => graph.IsSame(read, made.Maker, place))
            ? (made.Maker, call)
            : null;
}
