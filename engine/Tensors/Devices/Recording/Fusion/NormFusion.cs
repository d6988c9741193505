namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// A norm's moments and what follows in one pass over each group: the normalisation, a sum with the way around a block, a (leaky) ReLU or
/// two, a dropout behind a ReLU, a padding. Statistics of the past move too. All of it goes to the place of the moments. Where statistics
/// are given, as in evaluation, a sum and (leaky) ReLUs go to the place of the normalisation.
/// </summary>
internal static class NormFusion
{
    public static void Apply(CallFlow flow, IKernels kernels)
    {
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is NormalizeCall call)
            {
                Apply(flow, kernels, i, call.Norm, call.Y);
            }
        }
    }

    private static void Apply(CallFlow flow, IKernels kernels, int place, Normalization norm, DeviceSpan y)
    {
        var moments = MomentsOf(flow, place, norm, y);
        var first = moments ?? place;
        if (!CallFlow.IsApart(y, norm.X))
        {
            return;
        }

        var members = new List<int> { place };
        var (last, tail) = (place, default(NormTail));
        DeviceSpan? addend = null, padded = null;
        NormBranch? branch = null;
        TrackedStatistics? tracked = null;
        if (flow.Readers(y, last) is [var adder] && flow[adder] is BinaryCall { F: BinaryFunction.Add } add && OtherOf(add, y) is { } other
            && flow.IsUnchanged(other, first - 1, adder) && CanMove(adder, add.Y, other))
        {
            members.Add(adder);
            (last, y, addend) = (adder, add.Y, other);
        }

        var activations = flow.Readers(y, last);
        if (activations is [_] or [_, _] && ActivationOf(y, activations[0]) is { } activation
            && CanMove(activations[0], activation.Y, addend))
        {
            if (activations is [_])
            {
                (last, y, tail) = Activated(activations[0], activation);
                if (moments is { } && flow.Readers(y, last) is [var dropping] && flow[dropping] is DropoutCall dropout && dropout.X == y
                    && tail.Activation == UnaryFunction.Relu && CanMove(dropping, dropout.Y, addend)
                    && tail with { Dropout = new NormDropout(dropout.Key, dropout.P) } is var dropped
                    && kernels.Fuses(Fused(keepY: true, dropped)))
                {
                    members.Add(dropping);
                    (last, y, tail) = (dropping, dropout.Y, dropped);
                }
            }
            else if (ActivationOf(y, activations[1]) is { } second && CanMove(activations[1], second.Y, addend)
                && CallFlow.IsApart(activation.Y, second.Y))
            {
                members.Add(activations[1]);
                branch = new NormBranch(second.Y, second.F, second.P);
                (last, y, tail) = Activated(activations[0], activation);
            }
        }

        if (moments is null)
        {
            var alone = new NormalizeToCall(norm, addend, y, branch, tail);
            if (members.Count > 1 && kernels.Fuses(alone))
            {
                flow.Replace(place, alone, [.. members]);
            }

            return;
        }

        var readers = flow.Readers(y, last);
        foreach (var reader in readers ?? [])
        {
            if (padded is null && flow[reader] is PadCall pad && pad.X == y && CanMove(reader, pad.Y, addend))
            {
                members.Add(reader);
                padded = pad.Y;
                tail = tail with { Pad = pad.G, PadMode = pad.Mode, PadValue = pad.Value };
            }
        }

        foreach (var reader in flow.ReadersWithin(norm.Mean, first).Places)
        {
            if (tracked is null && flow[reader] is TrackStatisticsCall track && track.Mean == norm.Mean && track.Variance == norm.Variance
                && norm.G.Groups == norm.G.Channels && flow.IsUntouched(track.Past.Mean, first, reader)
                && flow.IsUntouched(track.Past.Variance, first, reader) && flow.IsUntouched(track.Past.Batches, first, reader))
            {
                members.Add(reader);
                tracked = track.Past;
            }
        }

        var fused = Fused(keepY: padded is null || readers is not [_], tail);
        if (kernels.Fuses(fused))
        {
            flow.Replace(first, fused, [.. members]);
        }

        NormToCall Fused(bool keepY, in NormTail behind) => new(norm, addend, y, keepY, padded, branch, tracked, behind);

        UnaryCall? ActivationOf(DeviceSpan x, int reader) =>
            flow[reader] is UnaryCall call && call.X == x && NormGradientFusion.Fits(call.F, call.P) ? call : null;

        (int Last, DeviceSpan Y, NormTail Tail) Activated(int by, UnaryCall call)
        {
            members.Add(by);
            return (by, call.Y, tail with { Activation = call.F, Slope = call.P });
        }

        // A result can be written as early as the moments if no call in between reads or writes it, and if it shares no element with what
        // the fused kernel itself still reads and writes elsewhere when it has begun.
        bool CanMove(int from, DeviceSpan output, DeviceSpan? added) =>
            flow.IsUntouched(output, first, from, [.. members])
            && CallFlow.IsApart(output, norm.X, norm.Mean, norm.Variance, norm.Weight, norm.Bias, added);
    }

    /// <summary>Where a norm's statistics are computed of its own input, if all that it reads is there already; null elsewhere.</summary>
    private static int? MomentsOf(CallFlow flow, int place, Normalization norm, DeviceSpan y)
    {
        var first = flow.LastWriter(norm.Mean, place);
        return first >= 0 && flow[first] is MomentsCall moments && moments.X == norm.X && moments.Mean == norm.Mean
            && moments.Variance == norm.Variance && moments.G == norm.G && flow.LastWriter(norm.Variance, place) == first
            && flow.IsUnchanged(norm.X, first, place) && flow.IsUnchanged(norm.Weight, first, place)
            && flow.IsUnchanged(norm.Bias, first, place) && flow.IsUntouched(y, first, place)
            ? first
            : null;
    }

    /// <summary>What is added to y, element by element; null if the call does anything else.</summary>
    private static DeviceSpan? OtherOf(BinaryCall add, DeviceSpan y)
    {
        var (other, shape) = add.A == y ? (add.B, add.BShape) : (add.A, add.AShape);
        return add.AShape == add.BShape && (add.A == y) != (add.B == y) && shape.Count == y.Length && add.YShape == shape ? other : null;
    }
}
