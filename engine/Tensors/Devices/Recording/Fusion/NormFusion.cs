namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// A norm's moments and what follows in one pass over each group: the normalisation, a sum with the way around a block, a (leaky) ReLU or
/// two, a dropout behind a ReLU. Statistics of the past move too. All of it goes to the place of the moments. Where statistics
/// are given, as in evaluation, a sum and (leaky) ReLUs go to the place of the normalisation.
/// </summary>
internal static class NormFusion
{
    public static void Apply(ValueGraph graph, IKernels kernels)
    {
        for (var i = 0; i < graph.Count; i++)
        {
            if (graph[i] is NormalizeCall call)
            {
                Apply(graph, kernels, i, call.Norm, call.Y);
            }
        }
    }

    private static void Apply(ValueGraph graph, IKernels kernels, int place, Normalization norm, DeviceSpan y)
    {
        var moments = MomentsOf(graph, place, norm, y);
        var first = moments ?? place;
        var members = new List<int> { place };
        var (last, tail) = (place, default(NormTail));
        DeviceSpan? addend = null;
        NormBranch? branch = null;
        TrackedStatistics? tracked = null;
        if (ReadersOf() is [var adder] && graph[adder] is BinaryCall { F: BinaryFunction.Add } add && OtherOf(add, y) is { } other
            && graph.IsSame(other, first, adder) && graph.IsValue(add.Y))
        {
            Take(adder, add.Y);
            addend = other;
        }

        var activations = ReadersOf();
        if (activations is [var only] && ActivationOf(only) is { } activation)
        {
            Activate(only, activation);
            if (moments is { } && ReadersOf() is [var dropping] && graph[dropping] is DropoutCall dropout && dropout.X == y
                && tail.Activation == UnaryFunction.Relu && graph.IsValue(dropout.Y)
                && tail with { Dropout = new NormDropout(dropout.Key, dropout.P) } is var dropped && kernels.Fuses(Fused(dropped)))
            {
                Take(dropping, dropout.Y);
                tail = dropped;
            }
        }
        else if (activations is [var one, var two] && ActivationOf(one) is { } main && ActivationOf(two) is { } second)
        {
            members.Add(two);
            branch = new NormBranch(second.Y, second.F, second.P);
            Activate(one, main);
        }

        if (moments is null)
        {
            var alone = new NormalizeToCall(norm, addend, y, branch, tail);
            if (members.Count > 1 && kernels.Fuses(alone))
            {
                graph.Replace(place, alone, [.. members]);
            }

            return;
        }

        foreach (var reader in graph.MadeAt(first, norm.Mean).Readers)
        {
            if (tracked is null && graph[reader] is TrackStatisticsCall track && track.Mean == norm.Mean && track.Variance == norm.Variance
                && norm.G.Groups == norm.G.Channels && track.Writes.All(past => graph.MayChangeAt(first, past, reader)))
            {
                members.Add(reader);
                tracked = track.Past;
            }
        }

        var fused = Fused(tail) with { Tracked = tracked };
        if (kernels.Fuses(fused))
        {
            graph.Replace(first, fused, [.. members]);
        }

        NormToCall Fused(in NormTail behind) => new(norm, addend, y, Padded: null, branch, Tracked: null, behind);

        // Who reads the value so far; nobody may be left out where it is read after the list.
        IReadOnlyList<int> ReadersOf() => graph.MadeAt(last, y) is { IsKept: false } made ? made.Readers : [];

        UnaryCall? ActivationOf(int reader) => graph[reader] is UnaryCall call && call.X == y && NormGradientFusion.Fits(call.F, call.P)
            && graph.IsValue(call.Y) ? call : null;

        void Activate(int by, UnaryCall call)
        {
            Take(by, call.Y);
            tail = tail with { Activation = call.F, Slope = call.P };
        }

        void Take(int member, DeviceSpan result)
        {
            members.Add(member);
            (last, y) = (member, result);
        }
    }

    /// <summary>Where a norm's statistics are computed of its own input, if all that it reads is there already; null elsewhere.</summary>
    private static int? MomentsOf(ValueGraph graph, int place, Normalization norm, DeviceSpan y) =>
        graph.MakerOf(norm.Mean, place) is (var first, MomentsCall moments) && moments.X == norm.X && moments.Mean == norm.Mean
        && moments.Variance == norm.Variance && moments.G == norm.G && graph.MakerOf(norm.Variance, place).Place == first
        && graph.IsSame(norm.X, first, place) && graph.IsSame(norm.Weight, first, place) && graph.IsSame(norm.Bias, first, place)
        && graph.IsValue(y)
            ? first
            : null;

    /// <summary>What is added to y, element by element; null if the call does anything else.</summary>
    private static DeviceSpan? OtherOf(BinaryCall add, DeviceSpan y)
    {
        var (other, shape) = add.A == y ? (add.B, add.BShape) : (add.A, add.AShape);
        return add.IsOfOneShape() && (add.A == y) != (add.B == y) && shape.Count == y.Length ? other : null;
    }
}
