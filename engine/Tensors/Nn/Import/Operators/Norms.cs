using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Norms, as in evaluation.</summary>
internal static class Norms
{
    public static void Add(OperatorList list)
    {
        list.Floats("BatchNormalization", Batch);
        list.Floats("InstanceNormalization", Instance);
        list.Floats("LayerNormalization", Layer);
        list.Floats("GroupNormalization", Group);
        list.Floats("LpNormalization", Length);
    }

    private static Tensor Batch(NodeCall call)
    {
        var node = call.Node;
        if (node.Integer("training_mode", 0) != 0 || node.Integer("spatial", 1) == 0)
        {
            throw NodeCall.Refused("it is written for training, or with statistics of each pixel");
        }

        return call.Tensor(0).BatchNorm(
            new RunningStatistics(call.Tensor(3), call.Tensor(4)), call.Tensor(1), call.Tensor(2), node.Float("epsilon", 1e-5f));
    }

    private static Tensor Instance(NodeCall call) =>
        call.Tensor(0).InstanceNorm(call.Tensor(1), call.Tensor(2), call.Node.Float("epsilon", 1e-5f));

    private static Tensor Layer(NodeCall call)
    {
        var x = call.Tensor(0);
        var axis = NodeCall.Axis(call.Node.Integer("axis", -1), x.Shape.Rank);
        using var normalized = x.LayerNorm(x.Shape.Rank - axis, epsilon: call.Node.Float("epsilon", 1e-5f));
        using var scaled = normalized.Multiply(call.Tensor(1));
        return call.Has(2) ? scaled.Add(call.Tensor(2)) : scaled.Share();
    }

    /// <summary>Before operator set 21 scale and shift were those of groups.</summary>
    private static Tensor Group(NodeCall call)
    {
        var x = call.Tensor(0);
        var groups = NodeCall.Narrow(call.Node.Integer("num_groups", 1));
        using var normalized = x.GroupNorm(groups, epsilon: call.Node.Float("epsilon", 1e-5f));
        using var scale = OfChannels(call.Tensor(1), x.Shape, groups);
        using var shift = OfChannels(call.Tensor(2), x.Shape, groups);
        using var scaled = normalized.Multiply(scale);
        return scaled.Add(shift);
    }

    /// <summary>[C] or [groups] as [C, 1, …].</summary>
    private static Tensor OfChannels(Tensor numbers, Shape x, int groups)
    {
        var channels = x[1];
        var count = numbers.Shape.Count;
        if (numbers.Shape.Rank != 1 || (count != channels && count != groups))
        {
            throw NodeCall.Refused($"{numbers.Shape} numbers do not fit {groups} groups of {x}");
        }

        var behind = Enumerable.Repeat(1, x.Rank - 2);
        if (count == channels)
        {
            return numbers.Reshape(new Shape([channels, .. behind]));
        }

        using var columns = numbers.Unsqueeze(1);
        using var each = columns.Expand(new Shape(groups, channels / groups));
        return each.Reshape(new Shape([channels, .. behind]));
    }

    /// <summary>x divided by its length along a dimension; zeros stay zeros.</summary>
    private static Tensor Length(NodeCall call)
    {
        var x = call.Tensor(0);
        var axis = NodeCall.Axis(call.Node.Integer("axis", -1), x.Shape.Rank);
        using var length = call.Node.Integer("p", 2) switch
        {
            1 => Reductions.SumOf(x, [axis], keepDims: true, terms => terms.Abs()),
            2 => Reductions.LengthOf(x, [axis], keepDims: true),
            var p => throw NodeCall.Refused($"lengths of the power {p} are not known"),
        };
        using var isZero = length.EqualTo(0);
        using var divisor = length.Add(isZero);
        return x.Divide(divisor);
    }
}
