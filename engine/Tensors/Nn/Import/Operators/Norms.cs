using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Normalisation layers in inference mode.</summary>
internal static class Norms
{
    public static void Add(OperatorList list)
    {
        list.Floats("BatchNormalization", Batch);
        list.Floats("InstanceNormalization", Instance);
        list.OnDevice.Add("LayerNormalization", Layer);
        list.Floats("RMSNormalization", RootMeanSquare);
        list.Floats("MeanVarianceNormalization", MeanVariance);
        list.Floats("LRN", LocalResponse);
        list.Floats("GroupNormalization", Group);
        list.Floats("LpNormalization", Length);
    }

    private static Tensor Batch(NodeCall call)
    {
        var node = call.Node;
        if (node.Integer("training_mode", 0) != 0 || node.Integer("spatial", 1) == 0
            || node.Outputs.Skip(1).Any(output => output.Length > 0)) // The statistics, by which old operator sets tell training.
        {
            throw NodeCall.Refused("it is in training mode, or has statistics for each pixel");
        }

        return call.Tensor(0).BatchNorm(
            new RunningStatistics(call.Tensor(3), call.Tensor(4)), call.Tensor(1), call.Tensor(2), node.Float("epsilon", 1e-5f));
    }

    private static Tensor Instance(NodeCall call) =>
        call.Tensor(0).InstanceNorm(call.Tensor(1), call.Tensor(2), call.Node.Float("epsilon", 1e-5f));

    /// <summary>Layer norm; optional outputs are the means and the reciprocal deviations.</summary>
    private static IReadOnlyList<RunningValue> Layer(NodeCall call)
    {
        var x = call.Tensor(0);
        var axis = NodeCall.Axis(call.Node.Integer("axis", -1), x.Shape.Rank);
        var epsilon = call.Node.Float("epsilon", 1e-5f);
        using var normalized = x.LayerNorm(x.Shape.Rank - axis, epsilon: epsilon);
        using var scaled = normalized.Multiply(call.Tensor(1));
        var y = RunningValue.Of(call.Has(2) ? scaled.Add(call.Tensor(2)) : scaled.Share());
        if (call.Node.Outputs.Count == 1)
        {
            return [y];
        }

        int[] axes = [.. Enumerable.Range(axis, x.Shape.Rank - axis)];
        var mean = x.Mean(axes, keepDims: true);
        using var centred = x.Subtract(mean);
        using var squares = centred.Square();
        using var variance = squares.Mean(axes, keepDims: true);
        using var reciprocal = Reciprocal(variance, epsilon);
        return [y, RunningValue.Of(mean), RunningValue.Of(reciprocal.Share())];
    }

    /// <summary>1 / √(x + ε).</summary>
    private static Tensor Reciprocal(Tensor x, float epsilon)
    {
        using var shifted = x.Affine(1, epsilon);
        using var root = shifted.Sqrt();
        return root.Reciprocal();
    }

    /// <summary>x / √(mean of x² + ε)·scale over the dimensions from the axis on (Zhang and Sennrich 2019).</summary>
    private static Tensor RootMeanSquare(NodeCall call)
    {
        var x = call.Tensor(0);
        var axis = NodeCall.Axis(call.Node.Integer("axis", -1), x.Shape.Rank);
        using var squares = x.Square();
        using var mean = squares.Mean([.. Enumerable.Range(axis, x.Shape.Rank - axis)], keepDims: true);
        using var factor = Reciprocal(mean, call.Node.Float("epsilon", 1e-5f));
        using var normalized = x.Multiply(factor);
        return normalized.Multiply(call.Tensor(1));
    }

    /// <summary>(x − mean) / (deviation + 10⁻⁹) over dimensions, by default all but the channels.</summary>
    private static Tensor MeanVariance(NodeCall call)
    {
        var x = call.Tensor(0);
        var axes = NodeCall.Axes(call.Node.Integers("axes") ?? [0, 2, 3], x.Shape.Rank);
        using var mean = x.Mean(axes, keepDims: true);
        using var centred = x.Subtract(mean);
        using var squares = centred.Square();
        using var variance = squares.Mean(axes, keepDims: true);
        using var deviation = variance.Sqrt();
        using var divisor = deviation.Affine(1, 1e-9f);
        return centred.Divide(divisor);
    }

    /// <summary>
    /// x / (bias + α·mean of x² over neighbouring channels)^β (Krizhevsky et al. 2012), with zeros beyond the first and last channel.
    /// </summary>
    private static Tensor LocalResponse(NodeCall call)
    {
        var (x, node) = (call.Tensor(0), call.Node);
        var size = node.Integer("size", 0);
        ShapeException.ThrowIf(x.Shape.Rank < 3 || size is < 1 or > 4096, $"a window of {size} channels does not fit {x.Shape}");

        var before = (int)(size - 1) / 2;
        using var squares = x.Square();
        var (_, inner) = x.Shape.Around("LRN", 1);
        using var planes = squares.Reshape(new Shape(x.Shape[0], 1, x.Shape[1], inner));
        using var padded = planes.Pad(new Margins(before, (int)size - 1 - before, 0, 0));
        using var means = padded.AvgPool2d(new PoolWindow(((int)size, 1), (1, 1)));
        using var sums = means.Affine(node.Float("alpha", 1e-4f), node.Float("bias", 1));
        using var powers = sums.Power(node.Float("beta", 0.75f));
        using var divisor = powers.Reshape(x.Shape);
        return x.Divide(divisor);
    }

    /// <summary>Group norm; scale and bias are per channel, or per group as before opset 21.</summary>
    private static Tensor Group(NodeCall call)
    {
        var x = call.Tensor(0);
        var groups = NodeCall.Narrow(call.Node.Integer("num_groups", 1));
        using var normalized = x.GroupNorm(groups, epsilon: call.Node.Float("epsilon", 1e-5f));
        using var scale = PerChannel(call.Tensor(1), x.Shape, groups);
        using var shift = PerChannel(call.Tensor(2), x.Shape, groups);
        using var scaled = normalized.Multiply(scale);
        return scaled.Add(shift);
    }

    /// <summary>Expands [C] or [groups] to [C, 1, …], which broadcasts to x.</summary>
    private static Tensor PerChannel(Tensor numbers, Shape x, int groups)
    {
        var channels = x[1];
        var count = numbers.Shape.Count;
        if (numbers.Shape.Rank != 1 || (count != channels && count != groups))
        {
            throw NodeCall.Refused($"its scale or bias {numbers.Shape} fits neither the channels of {x} nor its {groups} groups");
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

    /// <summary>x divided by its L1 or L2 norm along a dimension; zeros stay zeros.</summary>
    private static Tensor Length(NodeCall call)
    {
        var x = call.Tensor(0);
        var axis = NodeCall.Axis(call.Node.Integer("axis", -1), x.Shape.Rank);
        using var length = call.Node.Integer("p", 2) switch
        {
            1 => Reductions.SumOf(x, [axis], keepDims: true, terms => terms.Abs()),
            2 => Reductions.LengthOf(x, [axis], keepDims: true),
            var p => throw NodeCall.Refused($"p = {p} is not supported"),
        };
        using var isZero = length.EqualTo(0);
        using var divisor = length.Add(isZero);
        return x.Divide(divisor);
    }
}
